"""Why a PostgreSQL is not made a firm's server; each is a sentence for whoever runs `tradesense server`."""

from tradesense_desktop.server.errors import ServerRefusal


class PostgresqlTooOld(ServerRefusal):
    """A PostgreSQL without security_invoker views (before 15), or with a published hole in its row security."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(
            f"PostgreSQL {found[:40]} cannot hold a firm's data: 15.14, 16.10, 17.6, 18 or later is needed"
            " (older ones leak rows through statistics, CVE-2025-8713)."
        )


class NoSuperuser(ServerRefusal):
    """The login that installs may not take from PUBLIC what a firm's server must not give."""

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(f"{login[:63]} is no superuser of this PostgreSQL; “server init” needs one.")


class EncodingUnfit(ServerRefusal):
    """A database in another encoding than UTF-8: hashes of histories are over UTF-8."""

    def __init__(self, database: str, encoding: str) -> None:
        self.database = database
        self.encoding = encoding
        super().__init__(f"The database {database[:63]} is in {encoding[:20]}; create one in UTF8 and try again.")


class DatabaseTaken(ServerRefusal):
    """The database holds something that is not ours; `found` is one of its relations."""

    def __init__(self, database: str, found: str) -> None:
        self.database = database
        self.found = found
        super().__init__(
            f"The database {database[:63]} holds something else already ({found[:80]}); nothing was changed."
            " Create an empty one and try again."
        )


class PeopleWithoutStreams(ServerRefusal):
    """The tables hold people whom no server ever knew: a desktop's data loaded by hand."""

    def __init__(self, database: str) -> None:
        self.database = database
        super().__init__(
            f"The database {database[:63]} holds people from before it was a server, whom no stream tells of;"
            " nothing was changed. Create an empty one and try again."
        )


class NotInstalled(ServerRefusal):
    """The database is none that `server init` has prepared."""

    def __init__(self, database: str) -> None:
        self.database = database
        super().__init__(f"{database[:63]} is no TradeSense database yet; prepare it with “tradesense server init”.")


class InstallationFailed(ServerRefusal):
    """PostgreSQL refused a statement of the installation; all of it was undone. `why` is its word."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"PostgreSQL refused ({why[:300]}); nothing was changed.")


class SuperadminExists(ServerRefusal):
    """The firm has a super-administrator, who adds everybody else."""

    def __init__(self) -> None:
        super().__init__("The firm has a super-administrator already, who adds further people with “user add”.")


class EmailUnfit(ServerRefusal):
    """The address is none, or somebody has it."""

    def __init__(self) -> None:
        super().__init__("This is no e-mail address, or somebody in the firm has it already.")
