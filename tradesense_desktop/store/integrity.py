"""The health of a store as SQLite itself and the schema's fingerprint tell it."""

from dataclasses import dataclass

from tradesense_desktop.store.transaction import Reading

_MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Versions, sizes and findings; no finding means that the file is sound."""

    sqlite_version: str
    schema_version: str
    challenges: int
    trades: int
    events: int
    findings: tuple[str, ...]


def examine_store(reading: Reading) -> StoreHealth:
    """Check the pages, the indexes and the references of the whole file; reads all of it."""
    driver = reading.driver
    findings = [text for (text,) in driver.execute(f"PRAGMA integrity_check({_MOST_FINDINGS})") if text != "ok"]
    findings += [
        f"{table} row {row} refers to a row of {parent} that is not there"
        for table, row, parent, _ in driver.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FINDINGS)
    ]
    counts = [
        driver.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names of our own
        for table in ("challenges", "trades", "challenge_events")
    ]
    return StoreHealth(
        sqlite_version=driver.execute("SELECT sqlite_version()").fetchone()[0],
        schema_version=driver.execute("SELECT max(version) FROM schema_version").fetchone()[0],
        challenges=counts[0],
        trades=counts[1],
        events=counts[2],
        findings=tuple(findings),
    )
