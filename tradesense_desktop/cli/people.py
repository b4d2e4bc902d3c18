"""`tradesense user …`, `passwd` and `audit`: accounts, who may do what, and who did what."""

import click

from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.output import plain, print_document, print_table
from tradesense_desktop.cli.program import Session, secret
from tradesense_desktop.domain.offline_sign_in import MOST_DAYS
from tradesense_desktop.domain.people import Role, User
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.change_password import change_password
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.erase_person import erase_person
from tradesense_desktop.services.errors import PasswordChangeNeeded, Refused
from tradesense_desktop.services.firm_people import register_in_firm
from tradesense_desktop.services.govern_user import change_role, delete_user, readmit_user, suspend_user, verify_user
from tradesense_desktop.services.offline_days import read_offline_days, set_offline_days
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_users import find_person, read_names, read_people
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.services.set_up_accounts import set_up_accounts
from tradesense_desktop.services.sign_in import has_accounts

_NEW_PASSWORD = "TRADESENSE_NEW_PASSWORD"  # noqa: S105 - the name of a variable
_NOT_HERE_YET = "This copy learns of it with the next tradesense sync."
_ROLE = click.Choice([role.value for role in Role], case_sensitive=False)


@click.group("user", epilog="Example: tradesense --as ada@example.org user list")
def user_group() -> None:
    """People of the workspace: accounts, roles, sessions."""


@user_group.command("setup", epilog="Example: tradesense user setup --owner tina@example.org --admin ada@example.org")
@click.option("--owner", "owner_email", required=True, metavar="EMAIL", help="Whose the challenges here are.")
@click.option("--admin", "administrator_email", required=True, metavar="EMAIL", help="The first super-administrator.")
@click.pass_obj
def setup_command(session: Session, owner_email: str, administrator_email: str) -> None:
    """Set up accounts, once: the owner gets a password, and a second person becomes the first super-administrator.

    The passwords are asked for, or TRADESENSE_OWNER_PASSWORD and TRADESENSE_NEW_PASSWORD. From then on every command
    names who acts (--as EMAIL).
    """
    workspace = session.workspace_of_nobody()
    if has_accounts(workspace):
        raise Refused("This workspace has accounts already; an administrator adds further ones.", "user add")
    owner_password = secret("TRADESENSE_OWNER_PASSWORD", f"New password of {owner_email}", confirm=True)
    administrator_password = secret(_NEW_PASSWORD, f"New password of {administrator_email}", confirm=True)
    first = set_up_accounts(
        workspace,
        owner_email=owner_email,
        owner_password=owner_password,
        administrator_email=administrator_email,
        administrator_password=administrator_password,
    )
    click.echo(f"{first.email} is the first super-administrator; {owner_email} signs in as the trader.")


@user_group.command("add", epilog="Example: tradesense --as ada@example.org user add otto@example.org --role ADMIN")
@click.argument("email")
@click.option("--role", type=_ROLE, default=Role.USER.value, show_default=True)
@click.option("--unverified", is_flag=True, help="Keep out until `user verify`.")
@json_option
@click.pass_obj
def add_command(session: Session, email: str, role: str, unverified: bool, as_json: bool) -> None:
    """Register a person with a first password (asked for, or TRADESENSE_NEW_PASSWORD), which they change themselves.

    In a firm's workspace the server makes the account, and the address is printed that its owner connects with.
    """
    workspace = session.workspace()
    if not has_accounts(workspace):
        raise Refused("This workspace has no accounts yet; the first administrator is set up by hand.", "user setup")
    # Before anybody is asked for a password.
    require(workspace, Right.REGISTER_TRADER if Role(role.upper()) is Role.USER else Right.REGISTER_STAFF)
    password = secret(_NEW_PASSWORD, f"First password of {email}", confirm=True)
    wanted = Role(role.upper())
    if workspace.firm is not None:
        made = register_in_firm(workspace, email=email, password=password, role=wanted, is_verified=not unverified)
        if as_json:
            print_document({**plain(made.user), "url": made.url})
            return
        click.echo(f"{made.user.email} is registered on the server as {made.user.role.value}, id {made.user.id}.")
        click.echo(f"They connect with: tradesense connect {made.url}")
        click.echo(_NOT_HERE_YET)
        return
    added = register_user(workspace, email=email, password=password, role=wanted, is_verified=not unverified)
    _tell(
        added,
        f"{added.email} is registered as {added.role.value} ({added.status.value}), id {added.id}.",
        as_json=as_json,
    )


@user_group.command("list", epilog="Example: tradesense --as ada@example.org user list --all")
@click.option("--all", "include_deleted", is_flag=True, help="Deleted accounts too.")
@json_option
@click.pass_obj
def list_command(session: Session, include_deleted: bool, as_json: bool) -> None:
    """List everybody."""
    people = read_people(session.workspace(), include_deleted=include_deleted)
    if as_json:
        print_document(people)
        return
    print_table(
        ("id", "email", "role", "status", "last sign-in (UTC)", "challenges", "sessions"),
        [
            (
                person.user.id[:8],
                person.user.email,
                person.user.role,
                "DELETED" if person.user.deleted_at else person.user.status,
                person.user.last_login_at,
                person.challenges,
                len(person.sessions),
            )
            for person in people
        ],
        right=frozenset({5, 6}),
    )


@user_group.command("verify", epilog="Example: tradesense --as ada@example.org user verify tina@example.org")
@click.argument("who")
@json_option
@click.pass_obj
def verify_command(session: Session, who: str, as_json: bool) -> None:
    """Let somebody who was registered sign in."""
    workspace = session.workspace()
    _tell_governed(workspace, verify_user(workspace, find_person(workspace, who).id), as_json=as_json)


@user_group.command("suspend", epilog='Example: tradesense user suspend tina@example.org --reason "Identity in doubt"')
@click.argument("who")
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def suspend_command(session: Session, who: str, reason: str, as_json: bool) -> None:
    """Keep somebody out; their sessions end at once."""
    workspace = session.workspace()
    suspended = suspend_user(workspace, find_person(workspace, who).id, reason=reason)
    _tell_governed(workspace, suspended, as_json=as_json)


@user_group.command("readmit", epilog="Example: tradesense --as ada@example.org user readmit tina@example.org")
@click.argument("who")
@json_option
@click.pass_obj
def readmit_command(session: Session, who: str, as_json: bool) -> None:
    """Let somebody who was suspended sign in again."""
    workspace = session.workspace()
    _tell_governed(workspace, readmit_user(workspace, find_person(workspace, who).id), as_json=as_json)


@user_group.command("role", epilog="Example: tradesense --as ada@example.org user role otto@example.org AUDITOR")
@click.argument("who")
@click.argument("role", type=_ROLE)
@json_option
@click.pass_obj
def role_command(session: Session, who: str, role: str, as_json: bool) -> None:
    """Give somebody another role; their sessions end."""
    workspace = session.workspace()
    changed = change_role(workspace, find_person(workspace, who).id, Role(role.upper()))
    _tell_governed(workspace, changed, as_json=as_json)


@user_group.command("delete", epilog='Example: tradesense user delete tina@example.org --reason "Left the firm"')
@click.argument("who")
@click.option("--reason", required=True)
@json_option
@click.pass_obj
def delete_command(session: Session, who: str, reason: str, as_json: bool) -> None:
    """Close an account for good; what the person did stays."""
    workspace = session.workspace()
    deleted = delete_user(workspace, find_person(workspace, who).id, reason=reason)
    sentence = f"The account {deleted.id} is deleted; what it did stays in the record."
    _tell_governed(workspace, deleted, sentence, as_json=as_json)


@user_group.command("erase", epilog="Example: tradesense --as ada@example.org user erase 5f2c19d0")
@click.argument("who")
@json_option
@click.pass_obj
def erase_command(session: Session, who: str, as_json: bool) -> None:
    """Erase somebody whose account was deleted: their key and address are destroyed; WHO is the id, for good.

    The record stays and its hashes stay valid. Backups made before hold the key still: delete them by hand.
    """
    workspace = session.workspace()
    erased = erase_person(workspace, find_person(workspace, who).id)
    _tell(erased, f"{erased.id} is erased: what was sealed for them opens to nobody.", as_json=as_json)


@user_group.command("sessions", epilog="Example: tradesense --as ada@example.org user sessions tina@example.org --end")
@click.argument("who")
@click.option("--end", is_flag=True, help="End all of them.")
@json_option
@click.pass_obj
def sessions_command(session: Session, who: str, end: bool, as_json: bool) -> None:
    """List where somebody is signed in, or end it."""
    workspace = session.workspace()
    person = find_person(workspace, who)
    if end:
        ended = end_sessions_of(workspace, person.id)
        if as_json:
            print_document({"sessions_ended": ended})
        else:
            click.echo(f"{ended} session{'' if ended == 1 else 's'} ended.")
        return
    found = next(each for each in read_people(workspace, include_deleted=True) if each.user.id == person.id).sessions
    if as_json:
        print_document(found)
        return
    print_table(
        ("session", "device", "since (UTC)", "until (UTC)"),
        [(each.id[:8], (each.device_id or "")[:8], each.started_at, each.expires_at) for each in found],
    )


@user_group.command("offline", epilog="Example: tradesense user offline --days 14")
@click.option("--days", type=click.IntRange(0, MOST_DAYS), metavar="N", help="0: never without the server.")
@json_option
@click.pass_obj
def offline_command(session: Session, days: int | None, as_json: bool) -> None:
    """Show or set for how many days this computer lets you into a firm's workspace without its server."""
    workspace = session.workspace()
    now = read_offline_days(workspace) if days is None else set_offline_days(workspace, days)
    if as_json:
        print_document({"days": now})
    else:
        click.echo(f"Without the server one signs in here for {now} day{'' if now == 1 else 's'} after a time with it.")


@click.command("passwd", epilog="Example: tradesense --as tina@example.org passwd")
@click.pass_obj
def passwd_command(session: Session) -> None:
    """Change one's own password (the new one is asked for, or TRADESENSE_NEW_PASSWORD); other sessions end."""
    in_firm = session.workspace_of_nobody().firm is not None
    if session.email is None and not in_firm:
        raise Refused("Whose password is to be changed has to be named.", "--as EMAIL")
    old = session.password()
    new = secret(_NEW_PASSWORD, "New password", confirm=True)
    try:
        change_password(session.workspace(), old, new)
    except PasswordChangeNeeded:
        session.take(session.signed_in_with(old, new))
    click.echo("The password is changed.")


@click.command("audit", epilog="Example: tradesense --as ada@example.org audit --last 50")
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Only the newest so many.")
@json_option
@click.pass_obj
def audit_command(session: Session, last: int, as_json: bool) -> None:
    """List who did what, newest first; a trader sees the own deeds."""
    workspace = session.workspace()
    entries = read_audit_log(workspace, last=last)
    if as_json:
        print_document(entries)
        return
    names = read_names(workspace)
    print_table(
        ("when (UTC)", "who", "did", "to", "details"),
        [
            (
                entry.occurred_at,
                names.get(entry.actor_id or "", "nobody signed in"),
                entry.action,
                names.get(entry.target_id or "", f"{entry.target_table or ''} {(entry.target_id or '')[:8]}".strip()),
                ", ".join(f"{name} {value}" for name, value in entry.details.items()),
            )
            for entry in entries
        ],
    )


def _tell(user: User, sentence: str | None = None, *, as_json: bool) -> None:
    """Say what became of an account, or print it."""
    if as_json:
        print_document(user)
    else:
        click.echo(sentence or f"{user.email} is {user.role.value} and {user.status.value}.")


def _tell_governed(workspace: Workspace, user: User, sentence: str | None = None, *, as_json: bool) -> None:
    """As `_tell`; the server of a firm has done it, and the copy here does not show it yet."""
    _tell(user, sentence, as_json=as_json)
    if workspace.is_firm and not as_json:
        click.echo(_NOT_HERE_YET)
