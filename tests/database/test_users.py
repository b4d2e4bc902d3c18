"""The table users: who is accepted, and what never changes again."""

from datetime import UTC, datetime

import pytest

from tests.both_databases import Database, Sql, accepted, insert_statement, refusal, value
from tests.database.rows import HASH, add_user, insert_refusal, new_id, user_columns


def test_user_of_the_fewest_columns_gets_the_defaults(both: Database) -> None:
    both.execute("INSERT INTO users (email, password_hash) VALUES ('Ada@Example.com', '!')")

    ((email, role, status, version, last_login_at, deleted_at, deleted_reason, db_role),) = both.execute(
        "SELECT email, role, status, version, last_login_at, deleted_at, deleted_reason, db_role FROM users"
    )

    assert email == "Ada@Example.com"
    assert (role, status) == ("USER", "ACTIVE")
    assert version in {0, 1}
    assert (last_login_at, deleted_at, deleted_reason, db_role) == (None, None, None, None)


def test_times_of_a_new_user_are_now_and_equal_or_in_order(both: Database) -> None:
    add_user(both)

    ((created_at, updated_at),) = both.execute("SELECT created_at, updated_at FROM users")

    assert abs((datetime.now(UTC) - created_at).total_seconds()) < 60
    assert updated_at >= created_at


@pytest.mark.parametrize("role", ["USER", "ADMIN", "SUPERADMIN", "AUDITOR"])
def test_every_role_is_accepted(both: Database, role: str) -> None:
    add_user(both, role=role)


@pytest.mark.parametrize("role", ["", " ", "user", "Admin", "OWNER", "USER ", " USER", "USER\n", "ADMIN,USER", None])
def test_any_other_role_is_refused(both: Database, role: str | None) -> None:
    found = insert_refusal(both, "users", user_columns(role=role))

    assert found.kind in {"check", "not null"}


@pytest.mark.parametrize("status", ["PENDING_VERIFICATION", "ACTIVE", "SUSPENDED", "CLOSED"])
def test_every_status_is_accepted(both: Database, status: str) -> None:
    add_user(both, status=status)


@pytest.mark.parametrize("status", ["", " ", "active", "DELETED", "ACTIVE ", "PENDING", None])
def test_any_other_status_is_refused(both: Database, status: str | None) -> None:
    assert insert_refusal(both, "users", user_columns(status=status)).kind in {"check", "not null"}


@pytest.mark.parametrize(
    "email",
    [
        "a@b.co",
        "first.last+tag@sub.example.com",
        "UPPER@EXAMPLE.COM",
        "o'brien@example.com",
        "x_y-z%1@example-host.org",
        "owner@localhost.invalid",
        "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f@erased.invalid",
        "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f@hidden.invalid",
    ],
)
def test_plausible_addresses_are_accepted(both: Database, email: str) -> None:
    add_user(both, email=email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "@",
        "a",
        "a@",
        "@b.co",
        "a@b",
        "a@@b.co",
        "a@b@c.co",
        "a b@c.co",
        "a@b c.co",
        " a@b.co",
        "a@b.co ",
        "a@b.co\n",
        "a\t@b.co",
        "jürgen@example.com",
        "a@exämple.com",
        "a@b.cö",
        "a\u200b@b.co",
        "a@b.co\u00a0",
        "x" * 400 + "@example.com",
        None,
    ],
)
def test_what_is_no_address_is_refused(both: Database, email: str | None) -> None:
    assert insert_refusal(both, "users", user_columns(email=email)).kind in {"check", "not null"}


@pytest.mark.parametrize("other", ["ada@example.com", "ADA@EXAMPLE.COM", "Ada@Example.Com"])
def test_address_is_unique_ignoring_case(both: Database, other: str) -> None:
    add_user(both, email="ada@example.com")

    insert_refusal(both, "users", user_columns(email=other))


def test_address_of_a_deleted_user_may_be_used_again(both: Database) -> None:
    gone = add_user(both, email="ada@example.com")
    both.execute("UPDATE users SET deleted_at = CURRENT_TIMESTAMP, deleted_reason = 'left' WHERE id = ?", gone)

    add_user(both, email="ADA@example.com")

    insert_refusal(both, "users", user_columns(email="ada@example.com"))


@pytest.mark.parametrize(
    "password_hash",
    [
        "!",
        HASH,
        HASH.replace("$12$", "$13$"),
        HASH.replace("$12$", "$31$"),
        "$scrypt$ln=17,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    ],
)
def test_bcrypt_of_cost_twelve_scrypt_and_the_mark_for_nobody_are_accepted(both: Database, password_hash: str) -> None:
    add_user(both, password_hash=password_hash)


@pytest.mark.parametrize(
    "password_hash",
    [
        "",
        " ",
        "!!",
        "! ",
        "secret",
        "password123",
        "d41d8cd98f00b204e9800998ecf8427e",
        HASH.replace("$12$", "$11$"),
        HASH.replace("$12$", "$04$"),
        HASH.replace("$12$", "$10$"),
        HASH.replace("$12$", "$99$"),
        HASH.replace("$2b$", "$2x$"),
        HASH.replace("$2b$", "$2B$"),
        HASH[:-1],
        HASH + "a",
        HASH[:-1] + "é",
        HASH[:-1] + " ",
        HASH + "\n",
        "x" + HASH,
        "scrypt",
        "$scrypt$",
        "$scrypt$ln=17,r=8,p=1$$",
        "$scrypt$ln=17,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$",
        None,
    ],
)
def test_any_other_password_hash_is_refused(both: Database, password_hash: str | None) -> None:
    found = insert_refusal(both, "users", user_columns(password_hash=password_hash))

    assert found.kind in {"check", "not null"}


def test_deletion_needs_a_reason_and_a_reason_needs_a_deletion(both: Database) -> None:
    user = add_user(both)

    refusal(both, "UPDATE users SET deleted_at = CURRENT_TIMESTAMP WHERE id = ?", user)
    accepted(both, "UPDATE users SET deleted_at = CURRENT_TIMESTAMP, deleted_reason = 'asked' WHERE id = ?", user)


@pytest.mark.parametrize("reason", ["''", "'  '"])
def test_blank_reason_for_a_deletion_is_refused(both: Database, reason: str) -> None:
    user = add_user(both)

    refusal(both, f"UPDATE users SET deleted_at = CURRENT_TIMESTAMP, deleted_reason = {reason} WHERE id = ?", user)


@pytest.fixture
def deleted_user(both: Database) -> str:
    user = add_user(both, email="ada@example.com")
    both.execute("UPDATE users SET deleted_at = CURRENT_TIMESTAMP, deleted_reason = 'asked' WHERE id = ?", user)
    return user


@pytest.mark.parametrize(
    "change",
    [
        "deleted_at = NULL",
        "deleted_at = NULL, deleted_reason = NULL",
        "deleted_reason = 'other'",
        "status = 'CLOSED'",
        "role = 'ADMIN'",
        "password_hash = '!'",
        "last_login_at = CURRENT_TIMESTAMP",
        "email = 'other@example.com'",
        "email = 'other@erased.invalid'",
        "version = version + 1",
        "db_role = 'u_0123456789abcdef0123456789abcdef'",
    ],
)
def test_deleted_user_is_never_brought_back_or_changed(both: Database, deleted_user: str, change: str) -> None:
    refusal(both, f"UPDATE users SET {change} WHERE id = ?", deleted_user)


def test_address_of_a_deleted_user_is_erased_once(both: Database, deleted_user: str) -> None:
    erased = f"{deleted_user}@erased.invalid"
    both.execute("UPDATE users SET email = ? WHERE id = ?", erased, deleted_user)

    assert value(both, "SELECT email FROM users WHERE id = ?", deleted_user) == erased
    refusal(both, "UPDATE users SET email = 'ada@example.com' WHERE id = ?", deleted_user)


def test_erasing_the_address_takes_nothing_else_along(both: Database, deleted_user: str) -> None:
    refusal(
        both,
        "UPDATE users SET email = ?, role = 'ADMIN' WHERE id = ?",
        f"{deleted_user}@erased.invalid",
        deleted_user,
    )


def test_address_of_another_id_is_no_erasure(both: Database, deleted_user: str) -> None:
    refusal(both, "UPDATE users SET email = ? WHERE id = ?", f"{new_id()}@erased.invalid", deleted_user)


def test_login_on_the_server_is_unique_and_may_be_absent_for_many(both: Database) -> None:
    login = "u_0123456789abcdef0123456789abcdef"
    add_user(both, db_role=login)
    add_user(both, db_role=None)
    add_user(both, db_role=None)

    insert_refusal(both, "users", user_columns(db_role=login))


def test_version_never_decreases(both: Database) -> None:
    user = add_user(both)
    both.execute("UPDATE users SET version = version + 2 WHERE id = ?", user)

    refusal(both, "UPDATE users SET version = version - 1 WHERE id = ?", user)
    accepted(both, "UPDATE users SET version = version + 1 WHERE id = ?", user)


def test_update_that_names_an_old_version_changes_nothing(both: Database) -> None:
    user = add_user(both)
    version = value(both, "SELECT version FROM users WHERE id = ?", user)
    statement = "UPDATE users SET role = ?, version = version + 1 WHERE id = ? AND version = ?"

    assert both.changed(statement, "ADMIN", user, version) == 1
    assert both.changed(statement, "AUDITOR", user, version) == 0
    assert value(both, "SELECT role FROM users WHERE id = ?", user) == "ADMIN"


@pytest.mark.parametrize("version", [Sql("-1"), Sql("NULL"), Sql("'one'")])
def test_version_is_a_whole_number(both: Database, version: Sql) -> None:
    statement, parameters = insert_statement("users", user_columns(version=version))

    refusal(both, statement, *parameters)
