"""The program `tradesense`: its options, its commands, its exit codes."""

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from tradesense_desktop import __version__
from tradesense_desktop.domain.progress import Cancelled
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.open_workspace import Workspace, needs_passphrase, open_workspace
from tradesense_desktop.settings import PASSPHRASE_VARIABLE, default_workspace_directory

DONE = 0
REFUSED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
PASSWORD_VARIABLE = "TRADESENSE_PASSWORD"  # noqa: S105 - the name of a variable


@dataclass(slots=True)
class Session:
    """What the options before a command said, and the workspace once a command asks for it."""

    directory: Path
    debug: bool
    show_window: Callable[[str | None], int]
    email: str | None = None
    _workspace: Workspace | None = None
    _acts: bool = False
    _pending_before: int = 0

    def workspace(self) -> Workspace:
        """The workspace, made on first use; it acts as whoever `--as` names, else as its owner without accounts."""
        if self._acts and self._workspace is not None:
            return self._workspace
        workspace = self.workspace_of_nobody()
        if self.email is not None or workspace.actor is None:
            workspace = self._signed_in(workspace)
        self.take(workspace)
        return workspace

    def _signed_in(self, nobody: Workspace) -> Workspace:
        """The handle of whoever `--as` names; a demo is entered without a password, as its trader unless named."""
        from tradesense_desktop.services.demo_people import enter_demo

        demo = enter_demo(nobody, self.email)
        if demo is not None:
            return demo.workspace
        if self.email is None and nobody.firm is None:
            return nobody
        return self.signed_in_with(self.password())

    def signed_in_with(self, password: str, new_password: str | None = None) -> Workspace:
        """The handle of whoever `--as` names; a firm's workspace is one person's, and nobody has to be named there."""
        from tradesense_desktop.services.sign_in import sign_in

        nobody = self.workspace_of_nobody()
        if self.email is not None:
            return sign_in(nobody, self.email, password, new_password=new_password).workspace
        from tradesense_desktop.services.sign_in_to_firm import sign_in_to_firm

        return sign_in_to_firm(nobody, password, new_password=new_password).workspace

    def new_pending(self) -> int:
        """How much waits for the firm's server, where this command has added to it; 0 otherwise."""
        pending = self._pending()
        return pending if pending > self._pending_before else 0

    def _pending(self) -> int:
        if self._workspace is None or self._workspace.firm is None:
            return 0
        from tradesense_desktop.services.read_pending import count_pending

        return count_pending(self._workspace).pending

    def take(self, workspace: Workspace) -> None:
        """Act through this handle from now on."""
        self._workspace, self._acts = workspace, True
        self._pending_before = self._pending()

    def workspace_of_nobody(self) -> Workspace:
        """The workspace before anybody has signed in."""
        if self._workspace is None:
            passphrase = None
            if needs_passphrase(self.directory):
                passphrase = secret(PASSPHRASE_VARIABLE, "Passphrase of the workspace")
            self._workspace = open_workspace(self.directory, passphrase=passphrase)
        return self._workspace

    def password(self) -> str:
        """The password of whoever `--as` names: TRADESENSE_PASSWORD, or asked for."""
        return secret(PASSWORD_VARIABLE, f"Password of {self.email}" if self.email else "Your password at the firm")

    def close(self) -> None:
        """Sign out and close the workspace, if one was opened."""
        if self._workspace is None:
            return
        workspace, self._workspace = self._workspace, None
        try:
            if workspace.actor is not None and not workspace.actor.is_sole_owner:
                from tradesense_desktop.services.sign_in import sign_out

                sign_out(workspace)
        finally:
            workspace.close()


def secret(variable: str, question: str, *, confirm: bool = False) -> str:
    """A password or a passphrase: from the environment, else typed unseen. Raises Refused where nobody can be asked."""
    given = os.environ.get(variable)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Refused(f"{question} has to be given, and nobody is here to ask.", f"set {variable}")
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def _named_folder(_context: click.Context, _option: click.Parameter, value: str | None) -> Path | None:
    if value is None:
        return None
    if not value.strip():
        raise click.BadParameter("a folder has to be named.")
    return Path(value)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: tradesense import ReportHistory.html --preset tradesense --timezone Europe/Helsinki",
)
@click.option(
    "--workspace",
    "directory",
    metavar="FOLDER",
    callback=_named_folder,
    envvar="TRADESENSE_WORKSPACE",
    help="Folder of the store; also TRADESENSE_WORKSPACE.",
)
@click.option("--as", "email", metavar="EMAIL", help="Who acts; the password is TRADESENSE_PASSWORD or asked for.")
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
@click.version_option(__version__, prog_name="tradesense")
@click.pass_context
def program(context: click.Context, directory: Path | None, email: str | None, debug: bool) -> None:
    """Prop-trading challenges, judged exactly, offline, with a history that can be proved.

    Without a command the window opens.
    """
    show_window: Callable[[str | None], int] = context.obj
    session = Session(directory or default_workspace_directory(), debug, show_window, email)
    context.obj = session
    context.call_on_close(session.close)
    if context.invoked_subcommand is None:
        context.exit(show_window(str(directory) if directory else None))


def run(arguments: list[str], *, show_window: Callable[[str | None], int]) -> int:
    """Run the program on `arguments`; the exit code. A refusal is one sentence on standard error."""
    _add_commands()
    try:
        result = program.main(_options_first(arguments), prog_name="tradesense", standalone_mode=False, obj=show_window)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt, Cancelled):
        click.echo("Stopped; the store is as it was.", err=True)
        return INTERRUPTED
    except Refused as refusal:
        way = "" if refusal.option is None else f" ({refusal.option})"
        _show_failure(refusal.sentence + way, debug="--debug" in arguments)
        return refusal.exit_code
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); Python would complain once more while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as failure:
        _show_failure(
            f"The answer could not be written ({failure.strerror or failure}); what was asked for may have been done.",
            debug="--debug" in arguments,
        )
        return REFUSED
    except Exception as failure:  # noqa: BLE001 - the outermost edge: a sentence, and the traceback on request
        _show_failure(_unforeseen(failure), debug="--debug" in arguments)
        return REFUSED
    return result if isinstance(result, int) else DONE


def _unforeseen(failure: Exception) -> str:
    """The sentence for what no layer below has one for."""
    if isinstance(failure, UnicodeEncodeError) and "surrogate" in failure.reason:
        # Bytes that are no text can only have been given: nothing that is read or stored here holds half a character.
        return "Something that was given is no text: it holds bytes that are not UTF-8."
    return (
        f"Something went wrong that should not have ({type(failure).__name__}); nothing was half done. "
        "Run it again with --debug to see where."
    )


def _options_first(arguments: list[str]) -> list[str]:
    """`arguments` with --workspace, --as and --debug in front, where people write them behind the command as well."""
    first: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument == "--debug" or argument.startswith(("--workspace=", "--as=")):
            first.append(argument)
        elif argument in {"--workspace", "--as"}:
            first += [argument, *(value for value in [next(remaining, None)] if value is not None)]
        else:
            rest.append(argument)
    return first + rest


def _show_failure(sentence: str, *, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    click.echo(f"tradesense: {sentence}", err=True)


def _add_commands() -> None:
    from tradesense_desktop.cli import (
        alerts,
        challenges,
        completion,
        demo,
        doctor,
        funding,
        history,
        import_statement,
        key,
        metrics,
        opening,
        payment,
        people,
        server,
        sync,
        workspace,
    )

    for command in (
        import_statement.import_command,
        challenges.challenges_command,
        challenges.challenge_command,
        challenges.archive_command,
        challenges.trades_command,
        history.events_command,
        history.replay_command,
        metrics.metrics_command,
        demo.demo_command,
        demo.sample_command,
        doctor.doctor_command,
        completion.completion_command,
        people.user_group,
        people.passwd_command,
        people.audit_command,
        payment.payment_group,
        opening.open_command,
        opening.start_command,
        funding.funding_group,
        alerts.alerts_group,
        key.key_group,
        workspace.workspace_group,
        server.server_group,
        sync.connect_command,
        sync.sync_group,
    ):
        program.add_command(command)
