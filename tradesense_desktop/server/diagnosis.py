"""Why a server does not answer, or that it does: each thing that has to be right, looked at in turn."""

import socket
from contextlib import closing
from typing import Final

from tradesense_desktop.domain.diagnosis import Diagnosis, DiagnosisLine, Outcome, Step
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.server_address import ServerAddress, Tls
from tradesense_desktop.server.connection import connect
from tradesense_desktop.server.errors import (
    CertificateRefused,
    DatabaseMissing,
    NameNotFound,
    NotAFirmServer,
    PortClosed,
    RightsMissing,
    ServerNotReady,
    ServerRefusal,
    ServerTooNew,
    ServerTooOld,
    ServerUnreachable,
    SignInRefused,
)
from tradesense_desktop.server.state import read_state

_SECONDS: Final = 10.0


_STEP_OF: Final[dict[type[ServerRefusal], Step]] = {
    NameNotFound: Step.NAME,
    PortClosed: Step.PORT,
    ServerNotReady: Step.PORT,
    ServerUnreachable: Step.PORT,
    CertificateRefused: Step.CERTIFICATE,
    SignInRefused: Step.PASSWORD,
    DatabaseMissing: Step.RIGHTS,
    RightsMissing: Step.RIGHTS,
    NotAFirmServer: Step.SCHEMA,
    ServerTooOld: Step.SCHEMA,
    ServerTooNew: Step.SCHEMA,
}


def diagnose(address: ServerAddress, password: str, progress: ProgressReport = unwatched) -> Diagnosis:
    """Look at everything between here and the person's rows; changes nothing anywhere."""
    found: dict[Step, str] = {}
    try:
        _look(address, password, found, progress)
    except ServerRefusal as refusal:
        failed = next((_STEP_OF[kind] for kind in type(refusal).__mro__ if kind in _STEP_OF), Step.SCHEMA)
        return Diagnosis(tuple(_line(step, failed, found, str(refusal)) for step in Step))
    return Diagnosis(tuple(DiagnosisLine(step, Outcome.OK, found[step]) for step in Step))


def _line(step: Step, failed: Step, found: dict[Step, str], sentence: str) -> DiagnosisLine:
    order = list(Step)
    if step is failed:
        return DiagnosisLine(step, Outcome.FAILED, sentence)
    if order.index(step) > order.index(failed):
        return DiagnosisLine(step, Outcome.UNREACHED, "")
    return DiagnosisLine(step, Outcome.OK, found.get(step, "As it should be."))


def _look(address: ServerAddress, password: str, found: dict[Step, str], progress: ProgressReport) -> None:
    progress(Progress("Looking for the server", 0, len(Step)))
    found[Step.NAME] = _find_name(address)
    progress(Progress("Looking for the server", 1, len(Step)))
    _knock(address)
    found[Step.PORT] = f"Something answers on port {address.port}."
    progress(Progress("Signing in", 2, len(Step)))
    with closing(connect(address, password)) as connection:
        found[Step.CERTIFICATE] = _security(address)
        found[Step.PASSWORD] = "You were let in."
        progress(Progress("Looking at the database", 4, len(Step)))
        state = read_state(connection, address, is_thorough=False)
    found[Step.RIGHTS] = f"You may read what belongs to you as {state.role}."
    found[Step.SCHEMA] = f"The database has schema {state.schema_version} and protocol {state.api_version}."


def _find_name(address: ServerAddress) -> str:
    if address.is_socket:
        return "The server is on this computer."
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NameNotFound(address.host) from error
    return f"{address.host} is {found[0][4][0]}."


def _knock(address: ServerAddress) -> None:
    try:
        if address.is_socket:
            with closing(socket.socket(socket.AF_UNIX)) as knock:
                knock.settimeout(_SECONDS)
                knock.connect(f"{address.host}/.s.PGSQL.{address.port}")
        else:
            socket.create_connection((address.host, address.port), timeout=_SECONDS).close()
    except OSError as error:
        raise PortClosed("this computer" if address.is_socket else address.host, address.port) from error


def _security(address: ServerAddress) -> str:
    if address.is_local:
        return "Nothing leaves this computer, so nothing is encrypted on the way."
    return {
        Tls.VERIFIED: "The server has proved who it is, and the connection is encrypted.",
        Tls.POOLER: "The server has proved who it is; that nobody stands between is not proved.",
        Tls.UNVERIFIED: "The connection is encrypted, and nobody has looked whom it leads to.",
    }[address.tls]
