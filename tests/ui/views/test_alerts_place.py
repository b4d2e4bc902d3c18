"""The place of alerts by keyboard, on real workspaces, for each role."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from tests.people import EMAILS, People, make_people
from tests.place_data import SENSITIVE, import_sample, make_alerts
from tests.ui.views.admin_windows import PlaceWindow, focused, place_window
from tradesense_desktop.domain.activity_thresholds import DEFAULT
from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.services.activity_thresholds import read_thresholds, set_thresholds
from tradesense_desktop.services.handle_alert import acknowledge_alert, resolve_alert
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_alerts import read_alerts
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.ui.formatting.numbers import MASK
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.admin.alert_lines import AlertLine
from tradesense_desktop.ui.views.admin.alerts_place import AlertsPlace
from tradesense_desktop.ui.views.admin.thresholds_dialog import ThresholdsDialog


class Triage:
    """The place as somebody sees it."""

    def __init__(self, window: PlaceWindow) -> None:
        self.window = window
        assert isinstance(window.place, AlertsPlace)
        self.place = window.place

    @property
    def lines(self) -> list[AlertLine]:
        model = self.place.listing.model
        return [line for line in (model.row_at(row) for row in range(model.rowCount())) if line is not None]

    @property
    def facts(self) -> dict[str, str]:
        return dict(self.place.panel.facts.said)


@pytest.fixture
def people(tmp_path: Path, tasks: Tasks) -> Iterator[People]:
    workspace = open_workspace(tmp_path / "workspace")
    yield make_people(workspace)
    tasks.shut_down()
    workspace.close()


@pytest.fixture
def triage_of(qtbot: QtBot, surroundings: Surroundings) -> Callable[[Workspace], Triage]:
    return lambda handle: Triage(place_window(qtbot, surroundings, handle, AlertsPlace))


def statuses(handle: Workspace) -> list[str]:
    return [alert.status.value for alert in read_alerts(handle).alerts]


def test_an_empty_list_says_what_belongs_there(people: People, triage_of: Callable[[Workspace], Triage]) -> None:
    triage = triage_of(people.admin)

    assert triage.lines == []
    assert triage.place.listing.currentWidget() is not triage.place.listing.view
    assert triage.place.panel.title == ""
    assert triage.place.head.counts == ""


def test_the_worst_come_first_and_the_first_is_shown_whole(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)

    severities = [list(AlertSeverity).index(line.first.severity) for line in triage.lines]
    assert severities == sorted(severities, reverse=True)
    assert len(set(severities)) > 1
    assert triage.place.panel.title == triage.lines[0].first.title
    assert triage.facts["Severity"] == "Critical"
    assert triage.facts["Trader"] == EMAILS["trader"]
    assert ("Rule", "daily loss") in triage.place.panel.data.said


def test_a_letter_acknowledges_the_alert_that_is_chosen(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)

    triage.window.press("Down")
    chosen = triage.place.listing.chosen
    triage.window.press("A")
    triage.window.settle()

    assert triage.place.listing.chosen.id == chosen.id
    assert triage.facts["Status"] == "Acknowledged"
    assert triage.facts["Acknowledged"].startswith(EMAILS["admin"])
    assert statuses(people.trader).count("ACKNOWLEDGED") == 1
    assert triage.window.said == ["Alerts acknowledged: 1."]


def test_an_alert_is_resolved_with_a_comment_and_the_next_one_takes_its_place(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    challenge_id = make_alerts(people)
    triage = triage_of(people.admin)
    second = triage.lines[1]

    triage.window.press("R")
    assert isinstance(focused(), QLineEdit)
    triage.window.type("talked to the trader")
    triage.window.tab_to_button("Resolve")
    triage.window.press("Space")
    triage.window.settle()

    assert statuses(people.trader).count("RESOLVED") == 1
    assert triage.place.listing.chosen.id == second.id
    assert triage.place.listing.view.hasFocus()
    events = read_all_events(people.trader, challenge_id)
    assert any("talked to the trader" in str(event.event_data) for event in events)


def test_escape_takes_the_question_back(people: People, triage_of: Callable[[Workspace], Triage]) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)

    triage.window.press("X")
    assert "false positive" in triage.place.panel.question.question
    triage.window.press("Escape")

    assert triage.place.panel.question.question == ""
    assert triage.place.listing.view.hasFocus()
    assert set(statuses(people.trader)) == {"ACTIVE"}


def test_what_somebody_else_has_handled_meanwhile_is_told_in_place(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)
    acknowledge_alert(people.second_admin, triage.lines[0].first.id)

    triage.window.press("A")
    triage.window.settle()

    assert f"already acknowledged by {EMAILS['second_admin']}" in triage.place.panel.notice.text()


def test_what_was_raised_together_is_one_line_that_opens_and_closes(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)
    total = len(triage.lines)

    triage.window.press("G")
    assert [line.is_head for line in triage.lines] == [True]
    triage.place.setFocus()
    triage.window.press("Down")
    triage.window.press("Right")
    assert len(triage.lines) == total + 1
    triage.window.press("Left")
    assert len(triage.lines) == 1
    triage.window.press("A")
    triage.window.settle()

    assert set(statuses(people.trader)) == {"ACKNOWLEDGED"}


def test_filters_leave_what_they_name_and_say_so(
    qtbot: QtBot, people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    make_alerts(people)
    alerts = read_alerts(people.admin).alerts
    resolve_alert(people.admin, alerts[0].id)
    triage = triage_of(people.admin)
    total = len(alerts)

    assert triage.place.head.counts == f"{total - 1} of {total}, filtered by Not closed"
    triage.place.head.choose("status", "")
    triage.window.settle()
    assert len(triage.lines) == total
    triage.place.head.choose("severity", "CRITICAL")
    triage.window.settle()
    assert {line.first.severity for line in triage.lines} == {AlertSeverity.CRITICAL}
    triage.place.head.choose("severity", "")
    triage.place.focus_filter()
    triage.window.type("limit exceeded")
    qtbot.waitUntil(lambda: "limit exceeded" in triage.place.head.counts)
    assert [line.first.title for line in triage.lines] == ["Daily loss limit exceeded"]


def test_a_trader_sees_the_own_alerts_and_acknowledges_alone(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    make_alerts(people)
    import_sample(people.other)
    triage = triage_of(people.trader)

    assert {line.first.owner_name for line in triage.lines} == {EMAILS["trader"]}
    assert {"Acknowledge", "Look for unusual activity now"} <= triage.window.buttons()
    assert not {"Resolve", "False positive", "Thresholds…"} & triage.window.buttons()
    triage.window.press("R")
    assert triage.place.panel.question.question == ""
    triage.window.press("A")
    triage.window.settle()
    assert statuses(people.trader).count("ACKNOWLEDGED") == 1


def test_an_auditor_only_reads(people: People, triage_of: Callable[[Workspace], Triage]) -> None:
    make_alerts(people)
    triage = triage_of(people.auditor)

    assert triage.lines
    assert triage.window.buttons() == {"Open the challenge"}
    for keys in ("A", "R", "X"):
        triage.window.press(keys)
    triage.window.settle()
    assert set(statuses(people.auditor)) == {"ACTIVE"}


def test_the_challenge_of_an_alert_is_opened(people: People, triage_of: Callable[[Workspace], Triage]) -> None:
    challenge_id = make_alerts(people)
    triage = triage_of(people.auditor)

    triage.window.tab_to_button("Open the challenge")
    triage.window.press("Space")

    assert triage.window.asked == [challenge_id]


def test_looking_for_unusual_activity_raises_what_is_new_once(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    import_sample(people.trader)
    before = len(read_alerts(people.admin).alerts)
    set_thresholds(people.superadmin, SENSITIVE)
    triage = triage_of(people.admin)

    triage.window.press("Ctrl+Shift+V")
    triage.window.settle()
    after = len(read_alerts(people.admin).alerts)
    triage.window.press("Ctrl+Shift+V")
    triage.window.settle()

    assert after > before
    assert triage.window.said == [f"New alerts: {after - before}.", "Nothing unusual that was not known."]
    assert len(triage.lines) == after


def test_thresholds_are_set_by_whoever_sets_policies(people: People, triage_of: Callable[[Workspace], Triage]) -> None:
    triage = triage_of(people.superadmin)

    triage.window.press("Ctrl+Shift+T")
    (dialog,) = triage.place.findChildren(ThresholdsDialog)
    triage.window.settle()
    days = dialog.rows["inactive_days"].field
    assert (days.text(), days.hasFocus()) == ("14", True)
    days.selectAll()
    triage.window.type("none")
    dialog.commit()
    assert dialog.notice.text() == "“Days without a trade” needs a number."
    days.setText("0")
    dialog.commit()
    assert dialog.notice.text() == "“Days without a trade” lies outside 1 to 3650."
    days.setText("21")
    dialog.rows["profit_part"].switch.setChecked(False)
    dialog.commit()
    triage.window.settle()

    stored = read_thresholds(people.admin)
    assert (stored.inactive_days, stored.profit_part, stored.size_factor) == (21, None, DEFAULT.size_factor)
    assert len(triage.window.said) == 1


def test_privacy_hides_what_an_alert_says_of_money(
    people: People, triage_of: Callable[[Workspace], Triage], surroundings: Surroundings
) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)
    assert "100" in triage.place.panel.sentence

    surroundings.display.mask(True)

    assert triage.place.panel.sentence == MASK
    shown = dict(triage.place.panel.data.said)
    assert (shown["Floor"], shown["Limit"], shown["Seen"]) == (MASK, MASK, MASK)
    assert MASK in triage.facts["Challenge"]


def test_reading_again_keeps_the_chosen_alert_and_shows_new_ones(
    people: People, triage_of: Callable[[Workspace], Triage]
) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)
    for _ in range(3):
        triage.window.press("Down")
    chosen = triage.place.listing.chosen.id
    count = len(triage.lines)

    import_sample(people.other)
    triage.window.read_again()

    assert len(triage.lines) > count
    assert triage.place.listing.chosen.id == chosen


def test_screen_readers_hear_what_everything_is(people: People, triage_of: Callable[[Workspace], Triage]) -> None:
    make_alerts(people)
    triage = triage_of(people.admin)
    place = triage.place

    assert place.accessibleName() == "Alerts"
    assert place.listing.view.accessibleName() == "Alerts"
    assert {box.accessibleName() for box in place.head.findChildren(QComboBox)} == {"Status", "Severity", "Kind"}
    assert [box.text() for box in place.head.findChildren(QCheckBox)] == ["Grouped"]
    model = place.listing.model
    assert model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole) == "severity: Critical"
