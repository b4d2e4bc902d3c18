"""`tradesense funding …`: what waits for a decision, the evidence, the decision, and the next phase."""

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.outcome import tell_outcome
from tradesense_desktop.cli.output import print_document, print_pairs, print_table, terminal_progress
from tradesense_desktop.cli.program import Session
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.money import money_text
from tradesense_desktop.domain.worst_use import LimitUse
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.examine_funding import FundingExamination, examine_funding
from tradesense_desktop.services.funding_policy import MOST_APPROVALS, read_funding_policy, set_funding_policy
from tradesense_desktop.services.open_next_phase import open_next_phase
from tradesense_desktop.services.read_challenges import find_challenge
from tradesense_desktop.services.read_decisions import ToldDecision
from tradesense_desktop.services.read_funding_queue import (
    DecidedFunding,
    FundingRequest,
    read_decided,
    read_funding_queue,
)
from tradesense_desktop.services.views import ChallengeSummary

_MARKS = {True: "yes", False: "NO", None: "?"}
_seen_option = click.option(
    "--seen", type=click.IntRange(min=1), metavar="N", help="Only if event N, as shown, is still the last one."
)


@click.group("funding", epilog="Example: tradesense --as ada@example.org funding list")
def funding_group() -> None:
    """Funding: challenges whose target is reached, and the decision about them."""


@funding_group.command("list", epilog="Example: tradesense --as ada@example.org funding list")
@click.option("--decided", is_flag=True, help="What was decided in the last 90 days instead.")
@json_option
@click.pass_obj
def list_command(session: Session, decided: bool, as_json: bool) -> None:
    """List what waits for a decision, the longest waiting first; a trader sees the own."""
    if decided:
        _print_decided(read_decided(session.workspace()), as_json=as_json)
    else:
        _print_waiting(read_funding_queue(session.workspace()), as_json=as_json)


@funding_group.command("show", epilog="Example: tradesense --as ada@example.org funding show 0192f0c1")
@click.argument("challenge_id", metavar="ID")
@json_option
@click.pass_obj
def show_command(session: Session, challenge_id: str, as_json: bool) -> None:
    """Show one funding: the checklist with its evidence, the history really checked, and what was decided."""
    workspace = session.workspace()
    with terminal_progress() as progress:
        examination = examine_funding(workspace, find_challenge(workspace, challenge_id), progress=progress)
    if as_json:
        print_document(_examination_row(examination))
    else:
        _print_examination(examination)


@funding_group.command(
    "approve", epilog='Example: tradesense --as ada@example.org funding approve 0192f0c1 --comment "Steady"'
)
@click.argument("challenge_id", metavar="ID")
@click.option("--comment", default="", help="Kept in the history; the trader can read it.")
@_seen_option
@json_option
@click.pass_obj
def approve_command(session: Session, challenge_id: str, comment: str, seen: int | None, as_json: bool) -> None:
    """Approve a funding. Nobody approves of the own, nor twice where two approvals are needed."""
    workspace = session.workspace()
    full_id = find_challenge(workspace, challenge_id)
    challenge = approve_funding(workspace, full_id, comment=comment, seen_sequence_number=seen)
    if challenge.status is ChallengeStatus.FUNDED:
        sentence = f"Challenge {full_id} is FUNDED."
    else:
        sentence = f"Your approval of challenge {full_id} is recorded; another person has to approve it too."
    tell_outcome(session, _challenge_row(challenge), sentence, as_json=as_json)


@funding_group.command("reject", epilog='Example: tradesense funding reject 0192f0c1 --reason "Copied trades" --fail')
@click.argument("challenge_id", metavar="ID")
@click.option("--reason", required=True, help="Kept in the history; the trader can read it.")
@click.option("--fail", "fails", is_flag=True, help="The challenge fails.")
@click.option("--back-to-trading", "goes_back", is_flag=True, help="Trading goes on towards the target.")
@_seen_option
@json_option
@click.pass_obj
def reject_command(
    session: Session, *, challenge_id: str, reason: str, fails: bool, goes_back: bool, seen: int | None, as_json: bool
) -> None:
    """Reject a funding with a reason; either --fail or --back-to-trading says what becomes of the challenge."""
    if fails == goes_back:
        raise click.UsageError("Say what becomes of the challenge: either --fail or --back-to-trading.")
    workspace = session.workspace()
    full_id = find_challenge(workspace, challenge_id)
    challenge = reject_funding(workspace, full_id, reason=reason, fails=fails, seen_sequence_number=seen)
    became = "has FAILED" if fails else "goes back to trading"
    sentence = f"The funding of challenge {full_id} is rejected; it {became}."
    tell_outcome(session, _challenge_row(challenge), sentence, as_json=as_json)


@funding_group.command("next", epilog="Example: tradesense --as ada@example.org funding next 0192f0c1")
@click.argument("challenge_id", metavar="ID")
@json_option
@click.pass_obj
def next_command(session: Session, challenge_id: str, as_json: bool) -> None:
    """Open the next phase of a FUNDED challenge for its trader, once."""
    workspace = session.workspace()
    opened = open_next_phase(workspace, find_challenge(workspace, challenge_id))
    challenge = opened.challenge
    how = "is open" if opened.is_new else "was open already"
    sentence = f"The next phase {how}: challenge {challenge.id}, {challenge.challenge_type}, {challenge.status}."
    tell_outcome(session, {**_challenge_row(challenge), "is_new": opened.is_new}, sentence, as_json=as_json)


@funding_group.command("policy", epilog="Example: tradesense --as sue@example.org funding policy --approvals 2")
@click.option(
    "--approvals", type=click.IntRange(1, MOST_APPROVALS), metavar="N", help="How many people have to approve."
)
@json_option
@click.pass_obj
def policy_command(session: Session, approvals: int | None, as_json: bool) -> None:
    """Show or set how many different people have to approve; it holds for challenges opened from then on."""
    workspace = session.workspace()
    needed = read_funding_policy(workspace) if approvals is None else set_funding_policy(workspace, approvals)
    if as_json:
        print_document({"approvals": needed})
    else:
        people = "1 person has" if needed == 1 else f"{needed} different people have"
        click.echo(f"{people} to approve the funding of a challenge that is opened now.")


def _print_waiting(requests: tuple[FundingRequest, ...], *, as_json: bool) -> None:
    if as_json:
        print_document([_request_row(request) for request in requests])
        return
    if not requests:
        click.echo("Nothing waits for a funding decision.")
        return
    print_table(
        ("id", "name", "trader", "target reached (UTC)", "approvals", "for you"),
        [
            (
                request.summary.challenge.id,
                request.summary.name,
                request.trader,
                request.reached_at,
                f"{len(request.approvals)} of {request.approvals_needed}",
                "to decide" if request.hindrance is None else request.hindrance.value,
            )
            for request in requests
        ],
    )


def _print_decided(decided: tuple[DecidedFunding, ...], *, as_json: bool) -> None:
    if as_json:
        print_document(
            [{**_summary_row(each.summary), "trader": each.trader, "decision": each.decision} for each in decided]
        )
        return
    if not decided:
        click.echo("No funding was decided in the last 90 days.")
        return
    print_table(
        ("id", "name", "trader", "decided (UTC)", "by", "outcome", "reason or comment"),
        [
            (
                each.summary.challenge.id,
                each.summary.name,
                each.trader,
                each.decision.at,
                each.decision.by,
                each.decision.outcome,
                each.decision.reason or each.decision.comment,
            )
            for each in decided
        ],
    )


def _print_examination(examination: FundingExamination) -> None:
    request, evidence = examination.request, examination.evidence
    challenge = request.summary.challenge
    currency = challenge.currency
    print_pairs(
        [
            ("Challenge", challenge.id),
            ("Name", request.summary.name),
            ("Trader", request.trader),
            ("Status", challenge.status),
            ("Target reached", request.reached_at),
            ("Approvals", f"{len(request.approvals)} of {request.approvals_needed}"),
            ("For you", "to decide" if request.hindrance is None else request.hindrance.value),
        ]
    )
    click.echo()
    print_table(
        ("met", "", "evidence"),
        [(_MARKS[each.item.is_met], each.item.label, each.evidence) for each in examination.checklist],
    )
    click.echo()
    trade = evidence.deciding_trade
    pairs: list[tuple[str, object]] = [
        (
            "Deciding trade",
            None if trade is None else f"{trade.sequence_number}: {trade.symbol} {money_text(trade.realized_pnl)}",
        ),
        ("Worst daily loss", _use_words(evidence.worst_daily_loss, currency)),
        ("Worst total loss", _use_words(evidence.worst_maximum_loss, currency)),
        ("Trading days", evidence.trading_days),
        ("Verdict rests on", evidence.quality),
        ("Open alerts", evidence.open_alerts),
        ("Violations", evidence.violations),
        ("Events", evidence.events),
        ("Last hash", evidence.head_hash),
    ]
    print_pairs(pairs)
    if examination.decisions:
        click.echo()
        _print_decisions(examination.decisions)


def _print_decisions(decisions: tuple[ToldDecision, ...]) -> None:
    print_table(
        ("decided (UTC)", "by", "outcome", "reason or comment"),
        [(each.at, each.by, each.outcome, each.reason or each.comment) for each in decisions],
    )


def _use_words(use: LimitUse | None, currency: str) -> str:
    if use is None:
        return "none of the limit used"
    return (
        f"{use.used:.1%} of the limit, {money_text(use.lost)} of {money_text(use.amount)} {currency}, "
        f"after event {use.sequence_number}"
    )


def _examination_row(examination: FundingExamination) -> dict[str, object]:
    return {
        **_request_row(examination.request),
        "checklist": [
            {"key": each.item.key, "label": each.item.label, "is_met": each.item.is_met, "evidence": each.evidence}
            for each in examination.checklist
        ],
        "evidence": examination.evidence,
        "history": examination.history,
        "decisions": examination.decisions,
        "seen_sequence_number": examination.seen_sequence_number,
    }


def _request_row(request: FundingRequest) -> dict[str, object]:
    return {
        **_summary_row(request.summary),
        "trader": request.trader,
        "reached_at": request.reached_at,
        "approvals": request.approvals,
        "approvals_needed": request.approvals_needed,
        "may_approve": request.may_approve,
        "may_reject": request.may_reject,
        "hindrance": None if request.hindrance is None else request.hindrance.name,
    }


def _summary_row(summary: ChallengeSummary) -> dict[str, object]:
    challenge = summary.challenge
    return {"challenge_id": challenge.id, "name": summary.name, "preset": summary.preset, "status": challenge.status}


def _challenge_row(challenge: Challenge) -> dict[str, object]:
    return {name: getattr(challenge, name) for name in Challenge.__dataclass_fields__}
