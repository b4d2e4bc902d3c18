"""Failures of the firm's server and of the way there: each with a sentence that names no password and no statement."""

from tradesense_desktop.domain.errors import DomainError


class ServerRefusal(DomainError):
    """The server did not do what was asked, or could not be asked; nothing was changed."""


class ServerUnreachable(ServerRefusal):
    """Nothing answers at the address just now; work goes on without it."""


class NameNotFound(ServerUnreachable):
    """No computer has the name."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(f"There is no computer called {host[:120]}; check the address and the network connection.")


class PortClosed(ServerUnreachable):
    """The computer is there, or may be, and no database answers on the port."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        super().__init__(f"No database answers at {host[:120]}, port {port}; it may be down or behind a firewall.")


class ServerNotReady(ServerUnreachable):
    """The server is starting, stopping, or has no room for another connection."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The server takes no connection just now: {why}. It is tried again.")


class ConnectionLost(ServerUnreachable):
    """The connection broke while something was asked."""

    def __init__(self) -> None:
        super().__init__("The connection to the server was lost; what was under way is done again.")


class CertificateRefused(ServerRefusal):
    """The server did not prove that it is the one that the address names."""

    def __init__(self, host: str, why: str) -> None:
        self.host = host
        self.why = why
        super().__init__(f"{host[:120]} did not prove who it is ({why}); nothing was sent to it.")


class SignInRefused(ServerRefusal):
    """The login and the password do not belong together, or the login may not come in."""

    def __init__(self, why: str = "the login or the password is wrong, or the account is closed") -> None:
        self.why = why
        super().__init__(f"The server did not let you in: {why}.")


class AccountClosed(SignInRefused):
    """The password is right, and the login may not come in any more: suspended or deleted."""

    def __init__(self) -> None:
        super().__init__("the account is closed")


class DatabaseMissing(ServerRefusal):
    """The server has no database of the name."""

    def __init__(self, database: str) -> None:
        self.database = database
        super().__init__(f"The server has no database called {database[:63]}; check the address.")


class NotAFirmServer(ServerRefusal):
    """The database is not one that `server init` has prepared."""

    def __init__(self, database: str) -> None:
        self.database = database
        super().__init__(
            f"{database[:63]} is no TradeSense database; its administrator prepares it with “tradesense server init”."
        )


class RightsMissing(ServerRefusal):
    """The login is there and may not read what belongs to it, or belongs to nobody."""

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(f"{login[:63]} has no rights in this database; ask the firm's administrator.")


class ServerTooOld(ServerRefusal):
    """The server speaks an older language than this program; `found` and `needed` are versions."""

    def __init__(self, what: str, found: str, needed: str) -> None:
        self.what = what
        self.found = found
        self.needed = needed
        super().__init__(
            f"The server has {what} {found[:20]} and this program needs {needed};"
            " its administrator brings it up to date with “tradesense server migrate”."
        )


class ServerTooNew(ServerRefusal):
    """The server speaks a newer language than this program."""

    def __init__(self, what: str, found: str, needed: str) -> None:
        self.what = what
        self.found = found
        self.needed = needed
        super().__init__(
            f"The server has {what} {found[:20]} and this program knows {needed};"
            " install the newest TradeSense Desktop to go on."
        )


class RebuildNeeded(ServerRefusal):
    """The server no longer has the past that the replica was made from; `why` says how that shows."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The local copy has to be fetched anew: {why}.")
