from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.verdict import LossLimit, ProfitTarget, VerdictStatus
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.views import ChallengePicture
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.views.trader.key_figures import KeyFigures

T = "\u202f"


@pytest.fixture
def judged(workspace: Workspace) -> ChallengePicture:
    """A challenge of 100,000 as it stands in the middle of a day: 412.50 won, 8 % of the daily limit used."""
    (found,) = [each for each in read_challenges(workspace) if each.preset == "tradesense"]
    picture = read_challenge(workspace, found.challenge.id)
    summary = picture.summary
    limits = replace(
        summary.limits,
        daily_loss=loss("daily_loss", "98894.604", "4587.496"),
        maximum_loss=loss("maximum_loss", "96000", "7482.10"),
        target=ProfitTarget(Decimal("0.08"), Decimal(108000), Decimal("4517.90"), Decimal("0.43526")),
    )
    verdict = replace(summary.verdict, status=VerdictStatus.WITHIN_LIMITS, rule=None, trade_number=None)
    challenge = replace(
        summary.challenge,
        current_equity=Decimal("103482.10"),
        initial_balance=Decimal(100000),
        outside_money=Decimal(500),
    )
    return replace(
        picture,
        summary=replace(summary, challenge=challenge, limits=limits, verdict=verdict),
        today_result=Decimal("412.50"),
        next_reset=datetime.now(UTC) + timedelta(hours=5, minutes=12, seconds=33),
        reset_zone="Europe/Prague",
    )


def loss(rule: str, floor: str, room: str, used: str = "0.0825") -> LossLimit:
    return LossLimit(rule, Decimal("0.05"), Decimal(floor), Decimal(100000), Decimal(room), Decimal(used))


@pytest.fixture
def figures(qtbot: QtBot, display: Display) -> KeyFigures:
    made = KeyFigures(display)
    qtbot.addWidget(made)
    made.resize(1200, 84)
    made.show()
    return made


def said(figures: KeyFigures) -> list[str]:
    return [figure.figure.text() for figure in figures._figures()]


def details(figures: KeyFigures) -> list[str]:
    return [figure.detail.text() for figure in figures._figures()]


def tones(figures: KeyFigures) -> list[str]:
    return [figure.figure.property("tone") for figure in figures._figures()]


def test_six_figures_say_where_a_challenge_stands(figures: KeyFigures, judged: ChallengePicture) -> None:
    figures.show_picture(judged)

    assert said(figures)[:5] == [
        f"103{T}482.10",
        "+412.50",
        f"4{T}587.49",
        f"7{T}482.10",
        f"4{T}517.90",
    ]
    assert said(figures)[5].startswith("05:12:")


def test_room_is_rounded_down_and_a_floor_up(figures: KeyFigures, judged: ChallengePicture) -> None:
    figures.show_picture(judged)

    assert said(figures)[2] == f"4{T}587.49"
    assert details(figures)[2] == f"floor 98{T}894.61"


def test_money_paid_in_is_no_result(figures: KeyFigures, judged: ChallengePicture) -> None:
    figures.show_picture(judged)

    assert details(figures)[0] == f"+2{T}982.10 in all"


def test_the_reset_is_said_in_the_firms_zone_and_in_ones_own(figures: KeyFigures, judged: ChallengePicture) -> None:
    figures.show_picture(judged)

    assert "Prague" in details(figures)[5]


@pytest.mark.parametrize(("used", "tone"), [("0.79", "text"), ("0.8", "warning"), ("1", "breach"), ("1.04", "breach")])
def test_from_80_percent_of_a_limit_its_room_warns(
    figures: KeyFigures, judged: ChallengePicture, used: str, tone: str
) -> None:
    limits = replace(judged.summary.limits, daily_loss=loss("daily_loss", "95000", "10", used))

    figures.show_picture(replace(judged, summary=replace(judged.summary, limits=limits)))

    assert tones(figures)[2] == tone


def test_room_that_is_used_up_is_nothing_and_never_negative(figures: KeyFigures, judged: ChallengePicture) -> None:
    limits = replace(judged.summary.limits, maximum_loss=loss("maximum_loss", "95000", "-95.52", "1.04"))

    figures.show_picture(replace(judged, summary=replace(judged.summary, limits=limits)))

    assert said(figures)[3] == "0.00"


@pytest.mark.parametrize(("missing", "figure"), [("0", "reached"), ("-200", "reached"), ("0.001", "0.01")])
def test_a_target_is_reached_when_nothing_is_missing(
    figures: KeyFigures, judged: ChallengePicture, missing: Money, figure: str
) -> None:
    target = ProfitTarget(Decimal("0.08"), Decimal(108000), Decimal(missing), Decimal(1))
    limits = replace(judged.summary.limits, target=target)

    figures.show_picture(replace(judged, summary=replace(judged.summary, limits=limits)))

    assert said(figures)[4] == figure


def test_a_challenge_that_waits_for_the_decision_counts_nothing_down(
    figures: KeyFigures, judged: ChallengePicture
) -> None:
    figures.show_picture(replace(judged, summary=replace(judged.summary, is_frozen=True)))

    assert details(figures)[5] == "waits for the decision"
    assert not figures._tick.isActive()


def test_an_account_that_nobody_judges_shows_statistics_instead_of_limits(
    figures: KeyFigures, workspace: Workspace
) -> None:
    (journal,) = [each for each in read_challenges(workspace) if each.preset == "journal"]

    figures.show_picture(read_challenge(workspace, journal.challenge.id))

    labels = [label.text() for label in figures.findChildren(Words)]
    assert {"Highest equity", "Trades", "Win rate", "Average trade"} <= set(labels)
    assert not {"Room today", "To target", "Reset in"} & set(labels)
    assert said(figures)[3] == str(journal.challenge.total_trades)
