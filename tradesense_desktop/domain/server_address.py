"""Where a firm's server is, and as whom one signs in there: an address holds no password."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from tradesense_desktop.domain.errors import DomainError

DEFAULT_PORT: Final = 5432
_MOST_PORT: Final = 65_535
SCHEMES: Final = frozenset({"postgresql", "postgres"})
_LONGEST_NAME: Final = 63
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\.?")
_EXAMPLE: Final = "postgresql://u_0123456789abcdef0123456789abcdef@db.example.com:5432/firm"


class AddressUnusable(DomainError):
    """An address that no server can have; `why` says what is wrong with it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The address of the server cannot be used: {why}.")


class Tls(StrEnum):
    """How the server is checked: certificate, name and channel; behind a pooler without the channel; not at all."""

    VERIFIED = "verified"
    POOLER = "pooler"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A database of a firm and the login there; `host` is a name, a number, or the folder of a Unix socket."""

    host: str
    port: int
    database: str
    login: str
    tls: Tls = Tls.VERIFIED

    @property
    def is_socket(self) -> bool:
        """Whether it is a Unix socket of this computer."""
        return self.host.startswith("/")

    @property
    def is_local(self) -> bool:
        """Whether nothing leaves this computer, so that nothing has to be encrypted on the way."""
        return is_on_this_computer(self.host)

    @property
    def url(self) -> str:
        """The address as it is typed, without a password."""
        return written_address(self.host, str(self.port), self.database, self.login)


def is_on_this_computer(host: str) -> bool:
    """Whether a host is this very computer: a socket's folder, or what loops back."""
    if host.startswith("/") or host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def written_address(host: str, port: str, database: str, login: str) -> str:
    """The parts of an address in one line, whatever they are; `parse_address` says whether it can be one."""
    place = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"postgresql://{quote(login, safe='')}@{place}:{port}/{quote(database, safe='')}"


def parse_address(text: str, tls: Tls | str = Tls.VERIFIED) -> ServerAddress:
    """The address that `text` names: `postgresql://login@host:port/database`; the port may be left out.

    Raises AddressUnusable with a sentence for everything else, above all for a password within it.
    """
    parts = _split(text)
    if parts.scheme.lower() not in SCHEMES or not parts.netloc:
        raise AddressUnusable(f"write it like {_EXAMPLE}")
    if parts.query or parts.fragment:
        raise AddressUnusable("nothing may follow the name of the database")
    person, _, place = parts.netloc.rpartition("@")
    if not person:
        raise AddressUnusable(f"it names no login; write it like {_EXAMPLE}")
    if ":" in person:
        raise AddressUnusable("it holds a password, which others could read there; leave it out, it is asked for")
    return ServerAddress(
        host=_host(place),
        port=_port(place),
        database=_name(parts.path.removeprefix("/"), "database"),
        login=_name(person, "login"),
        tls=_tls(tls),
    )


def _split(text: str) -> SplitResult:
    stripped = text.strip()
    if any(ord(character) < ord(" ") or character.isspace() for character in stripped):
        raise AddressUnusable("it holds spaces or control characters")
    try:
        return urlsplit(stripped)
    except ValueError as error:
        raise AddressUnusable(f"write it like {_EXAMPLE}") from error


def _host(place: str) -> str:
    inside = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::\d+)?", place)
    if inside is not None:
        try:
            return str(ipaddress.IPv6Address(inside.group(1)))
        except ValueError as error:
            raise AddressUnusable("the number of its host is none") from error
    host = unquote(place.partition(":")[0])
    if host.startswith("/"):
        if "\0" in host or "," in host:
            raise AddressUnusable("the folder of its socket cannot be")
        return host
    if not _HOST.fullmatch(host):
        raise AddressUnusable("it names no host" if not host else f"“{host[:80]}” is no name of a host")
    return host.lower()


def _port(place: str) -> int:
    text = place.rpartition("]")[2] if place.startswith("[") else place
    _, colon, port = text.partition(":")
    if not colon:
        return DEFAULT_PORT
    if not (port.isascii() and port.isdecimal() and len(port) <= len(str(_MOST_PORT)) and 0 < int(port) <= _MOST_PORT):
        raise AddressUnusable(f"“{port[:20]}” is no port; it is a number from 1 to {_MOST_PORT}")
    return int(port)


def _name(quoted: str, what: str) -> str:
    name = unquote(quoted)
    if not name:
        raise AddressUnusable(f"it names no {what}; write it like {_EXAMPLE}")
    if "/" in quoted or "\0" in name or "�" in name or len(name.encode()) > _LONGEST_NAME:
        raise AddressUnusable(f"the name of its {what} cannot be one")
    return name


def _tls(wanted: Tls | str) -> Tls:
    try:
        return Tls(wanted)
    except ValueError as error:
        raise AddressUnusable(f"how it is checked is one of {', '.join(Tls)}") from error
