"""Words about a firm's server: how the connection stands, how old the last sync is, what became of a command."""

import re
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.ui.formatting.numbers import MASK, NumberFormat
from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate

VERIFIED: Final = "verified"
POOLER: Final = "pooler"
UNVERIFIED: Final = "unverified"
LOCAL: Final = "local"
"""What stands in the place of a TLS mode where the server is on this computer."""
TLS_MODES: Final = (VERIFIED, POOLER, UNVERIFIED)
"""How far the server's certificate is looked at, the strictest first."""

_FIGURE: Final = re.compile(r"[0-9](?:[0-9., \u00a0\u202f']*[0-9])?")
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def phase_word(phase: str) -> str:
    """How the connection stands, in a word or two; an unknown phase is shown as it is called."""
    return {
        "connected": translate("Firm", "connected"),
        "offline": translate("Firm", "offline"),
        "syncing": translate("Firm", "syncing"),
        "attention": translate("Firm", "attention"),
        "rebuild": translate("Firm", "has to be built anew"),
    }.get(phase, phase)


def phase_sign(phase: str) -> tuple[str, Tone]:
    """Drawing and tone of a phase; being offline is no error."""
    signs: dict[str, tuple[str, Tone]] = {
        "connected": ("server", "profit"),
        "offline": ("server", "muted"),
        "syncing": ("refresh", "accent"),
        "attention": ("warning", "warning"),
        "rebuild": ("warning", "warning"),
    }
    return signs.get(phase, ("server", "muted"))


def age_words(at: datetime | None, now: datetime, numbers: NumberFormat) -> str:
    """How long ago the last sync was; a clock that was put back makes it no older than now."""
    if at is None:
        return translate("Firm", "never synced")
    age = now - at
    if age < _MINUTE:
        return translate("Firm", "synced just now")
    if age < _HOUR:
        return translate("Firm", "synced {n} min ago").format(n=numbers.count(age // _MINUTE))
    if age < _DAY:
        return translate("Firm", "synced {n} h ago").format(n=numbers.count(age // _HOUR))
    if age < 2 * _DAY:
        return translate("Firm", "synced yesterday")
    return translate("Firm", "synced {n} days ago").format(n=numbers.count(age // _DAY))


def tls_word(mode: str) -> str:
    """What a TLS mode means."""
    return {
        VERIFIED: translate("Firm", "encrypted, the server's certificate is verified"),
        POOLER: translate("Firm", "encrypted and verified, behind a pooler"),
        UNVERIFIED: translate("Firm", "the server's certificate is not verified"),
        LOCAL: translate("Firm", "the server is on this computer, nothing is encrypted"),
    }.get(mode, mode)


def tls_badge(mode: str) -> tuple[str, Tone] | None:
    """Words and tone of the badge of a TLS mode; None for the one that needs none."""
    badges: dict[str, tuple[str, Tone]] = {
        POOLER: (translate("Firm", "Behind a pooler"), "warning"),
        UNVERIFIED: (translate("Firm", "Not verified"), "breach"),
    }
    return badges.get(mode)


def pending_words(count: int, numbers: NumberFormat) -> str:
    """How many commands wait for the server, as it stands on what they are about."""
    return translate("Firm", "{n} pending").format(n=numbers.count(count))


def told(sentence: str, *, is_masked: bool) -> str:
    """What a command is called or why it was refused; privacy mode hides every figure in it."""
    return _FIGURE.sub(MASK, sentence) if is_masked else sentence


def state_word(state: str) -> str:
    """Where a command is on its way to the server and back."""
    return {
        "queued": translate("Firm", "waits to be sent"),
        "sent": translate("Firm", "sent, awaits an answer"),
        "applied": translate("Firm", "accepted, awaits the sync"),
        "rejected": translate("Firm", "refused"),
        "held": translate("Firm", "held until you say so"),
    }.get(state, state)


def state_sign(state: str) -> tuple[str, Tone]:
    """Drawing and tone of that."""
    signs: dict[str, tuple[str, Tone]] = {
        "queued": ("hourglass", "muted"),
        "sent": ("arrow_up", "accent"),
        "applied": ("check", "profit"),
        "rejected": ("breach", "breach"),
        "held": ("warning", "warning"),
    }
    return signs.get(state, ("note", "muted"))


def step_word(step: str) -> str:
    """What a line of the diagnosis looks at."""
    return {
        "name": translate("Firm", "Name"),
        "port": translate("Firm", "Port"),
        "certificate": translate("Firm", "Certificate"),
        "password": translate("Firm", "Password"),
        "rights": translate("Firm", "Rights"),
        "schema": translate("Firm", "Schema version"),
    }.get(step, step)


def outcome_sign(outcome: str) -> tuple[str, str, Tone]:
    """Word, drawing and tone of how a line of the diagnosis went."""
    signs: dict[str, tuple[str, str, Tone]] = {
        "ok": (translate("Firm", "ok"), "check", "profit"),
        "failed": (translate("Firm", "failed"), "breach", "breach"),
        "unreached": (translate("Firm", "not reached"), "hourglass", "muted"),
    }
    return signs.get(outcome, (outcome, "note", "muted"))
