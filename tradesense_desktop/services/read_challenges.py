"""Read challenges: the list, one with all that its page shows, and one by the beginning of its id."""

from datetime import UTC, datetime
from typing import Final

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.limits import limits_of, verdict_of
from tradesense_desktop.domain.money import ZERO, Money, decimal_text
from tradesense_desktop.domain.state_record import rules_of, state_of
from tradesense_desktop.services.challenge_origin import is_demo, preset_of
from tradesense_desktop.services.errors import NotFound, Refused, refusals
from tradesense_desktop.services.import_binding import binding_of
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_visible, seen_owner
from tradesense_desktop.services.views import ChallengePicture, ChallengeSummary
from tradesense_desktop.store.challenges import count_open_alerts, list_challenges
from tradesense_desktop.store.challenges import read_challenge as stored_challenge
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.transaction import Reading

_FEWEST_LETTERS: Final = 4


def read_challenges(workspace: Workspace, *, include_archived: bool = False) -> tuple[ChallengeSummary, ...]:
    """Every challenge that whoever acts may see, newest first."""
    with refusals(), workspace.reading() as reading:
        alerts = count_open_alerts(reading)
        found = list_challenges(reading, include_archived=include_archived, owner_id=seen_owner(workspace))
        demo = is_demo(workspace.directory)
        return tuple(summary_of(challenge, alerts.get(challenge.id, 0), demo) for challenge in reversed(found))


def read_challenge(workspace: Workspace, challenge_id: str) -> ChallengePicture:
    """One challenge with all that its page shows above the tables. Raises Refused where there is none of this id."""
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        challenge = stored_challenge(reading, challenge_id)
        alerts = count_open_alerts(reading).get(challenge_id, 0)
        return _picture(reading, challenge, summary_of(challenge, alerts, is_demo(workspace.directory)))


def find_challenge(workspace: Workspace, beginning: str) -> str:
    """The id that begins so, archived ones included. Raises NotFound, and Refused where several do."""
    with refusals(), workspace.reading() as reading:
        seen = list_challenges(reading, include_archived=True, owner_id=seen_owner(workspace))
        ids = [challenge.id for challenge in seen]
    wanted = beginning.strip().lower()
    if wanted in ids:
        return wanted
    matching = [each for each in ids if each.startswith(wanted)] if len(wanted) >= _FEWEST_LETTERS else []
    if not matching:
        raise NotFound(f"There is no challenge {beginning[:40]} in this workspace; tradesense challenges lists them.")
    if len(matching) > 1:
        raise Refused(f"{len(matching)} challenges begin with {wanted}; write more of the id.")
    return matching[0]


def summary_of(challenge: Challenge, open_alerts: int, demo: bool) -> ChallengeSummary:
    """What a list says of a challenge."""
    state = state_of(challenge)
    standing = limits_of(state)
    return ChallengeSummary(
        challenge=challenge,
        name=challenge_name(challenge.challenge_type, challenge.initial_balance, challenge.currency),
        preset=preset_of(challenge),
        is_frozen=state.is_frozen,
        days=standing.trading_days,
        limits=standing,
        verdict=verdict_of(challenge, state),
        open_alerts=open_alerts,
        is_demo=demo,
    )


def challenge_name(challenge_type: str, initial_balance: Money, currency: str) -> str:
    """What a challenge is called where its id says too little."""
    return f"{challenge_type} · {_size_text(initial_balance)} {currency}"


def _picture(reading: Reading, challenge: Challenge, summary: ChallengeSummary) -> ChallengePicture:
    rules = rules_of(challenge)
    reset = rules.reset
    today: Money = ZERO
    if challenge.trading_date is not None:
        today = challenge.current_equity - challenge.daily_start_equity
    next_reset = None
    if not challenge.status.is_end and rules.is_judged:
        next_reset = reset.end(reset.day_of(datetime.now(UTC)))
    bound = binding_of(reading, challenge)
    return ChallengePicture(
        summary=summary,
        reset_zone=reset.clock.text,
        reset_description=reset.text,
        next_reset=next_reset,
        today_result=today,
        server_zone=bound.zone,
        source=bound.source_text,
        trades=challenge.total_trades,
        events=read_head(reading, challenge.id).sequence_number,
    )


def _size_text(amount: Money) -> str:
    """A round account size as firms write it: 100,000."""
    whole, _, decimals = decimal_text(amount).partition(".")
    grouped = f"{int(whole):,}"
    return f"{grouped}.{decimals}" if decimals else grouped
