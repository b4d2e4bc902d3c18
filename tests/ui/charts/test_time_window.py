from hypothesis import given, settings
from hypothesis import strategies as st

from tradesense_desktop.ui.charts.time_window import whole

moves = st.lists(
    st.one_of(
        st.tuples(st.just("zoomed"), st.floats(0.01, 100), st.floats(0, 1)),
        st.tuples(st.just("moved"), st.floats(-1e8, 1e8), st.just(0.0)),
        st.tuples(st.just("showing"), st.floats(-1e6, 2e9), st.just(0.0)),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(st.floats(0, 2e9), st.floats(0, 1e9), moves)
def test_window_never_leaves_the_curve_and_never_vanishes(
    first: float, seconds: float, steps: list[tuple[str, float, float]]
) -> None:
    window = everything = whole(first, first + seconds)
    for kind, amount, share in steps:
        if kind == "zoomed":
            window = window.zoomed(amount, window.start + share * window.seconds)
        else:
            window = getattr(window, kind)(amount)
        assert everything.start <= window.start < window.end <= everything.end
        assert window.seconds > 0.9

    assert window.reset() == everything


def test_window_stays_where_the_time_to_be_shown_is_in_view_already() -> None:
    window = whole(0, 1000).zoomed(0.5, 0)

    assert window.showing(250) == window
    assert window.showing(900).start > window.start


def test_single_instant_stands_in_a_day() -> None:
    assert whole(1_000_000, 1_000_000).seconds == 86_400
