from tradesense_desktop.domain.progress import Progress
from tradesense_desktop.ui.tasks.meter import ProgressMeter
from tradesense_desktop.ui.tasks.time_left import time_left


def test_rate_and_time_left_come_from_what_was_reported() -> None:
    meter = ProgressMeter()
    meter.read(Progress("Reading", 0, 1000), at=10.0)

    reading = meter.read(Progress("Reading", 200, 1000), at=12.0)

    assert reading.rate == 100
    assert reading.fraction == 0.2
    assert reading.seconds_left == 8


def test_the_rate_is_that_of_the_last_seconds() -> None:
    meter = ProgressMeter()
    for second in range(6):
        meter.read(Progress("Reading", second, 1000), at=float(second))
    for second in range(6, 12):
        reading = meter.read(Progress("Reading", 5 + (second - 5) * 100, 1000), at=float(second))

    assert reading.rate == 100


def test_a_new_stage_is_measured_anew() -> None:
    meter = ProgressMeter()
    meter.read(Progress("Reading", 0, 10), at=0.0)
    meter.read(Progress("Reading", 10, 10), at=2.0)

    reading = meter.read(Progress("Writing", 5, 10), at=3.0)

    assert reading.rate is None
    assert reading.seconds_left is None


def test_work_of_unknown_length_has_a_rate_but_no_time_left() -> None:
    meter = ProgressMeter()
    meter.read(Progress("Reading", 0, None), at=0.0)

    reading = meter.read(Progress("Reading", 50, None), at=1.0)

    assert (reading.fraction, reading.rate, reading.seconds_left) == (None, 50, None)


def test_time_left_is_as_rough_as_it_is_far() -> None:
    assert [time_left(seconds) for seconds in (0.2, 4.4, 47, 150, 7000)] == [
        "1 s left",
        "4 s left",
        "50 s left",
        "2 min left",
        "2 h left",
    ]
