"""The shell around people: who acts in the window, how they come and go, and what covers it while nobody is there."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu

from tradesense_desktop.ui.account_menu import show_account_menu
from tradesense_desktop.ui.firm_shell import FirmShell
from tradesense_desktop.ui.formatting.people import role_word
from tradesense_desktop.ui.lock import CHOICES, IdleWatch
from tradesense_desktop.ui.offers import offer_actions
from tradesense_desktop.ui.revision_watch import RevisionWatch
from tradesense_desktop.ui.tasks.failure_text import failure_text

if TYPE_CHECKING:
    from tradesense_desktop.domain.people import User
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.sign_in import SignedIn
    from tradesense_desktop.ui.main_window import MainWindow
    from tradesense_desktop.ui.sign_in_place import SignInPlace


def read_who(workspace: Workspace) -> User:
    """The account of whoever acts, for a background thread."""
    from tradesense_desktop.services.read_users import read_myself

    return read_myself(workspace)


def leave_session(workspace: Workspace) -> Workspace:
    """End the session of whoever acts, for a background thread; a handle of nobody."""
    from tradesense_desktop.services.sign_in import sign_out

    return sign_out(workspace)


def leave_and_close(workspace: Workspace) -> None:
    """End the session of whoever acts, where it is one, and close the workspace."""
    from tradesense_desktop.services.errors import Refused

    try:
        if workspace.actor is not None and not workspace.actor.is_sole_owner:
            with suppress(Refused):
                leave_session(workspace)
    finally:
        workspace.close()


class PeopleShell(QObject):
    """Lets people in and out of the window, locks it, and follows what is committed while somebody acts."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._address = ""
        self._place_before = ""
        self._sign_in: SignInPlace | None = None
        self.is_locked = False
        self.idle = IdleWatch(window.settings, self)
        self.idle.idle.connect(self.lock)
        self.watch = RevisionWatch(window.tasks, self)
        self.watch.changed.connect(window.read_again)
        self.watch.failed.connect(self._on_watch_failed)
        self.firm = FirmShell(window)
        self._bind()

    @property
    def sign_in_place(self) -> SignInPlace:
        """The place that asks who is there; made when it is first asked."""
        if self._sign_in is None:
            from tradesense_desktop.ui.sign_in_place import SignInPlace

            self._sign_in = SignInPlace(self._window.tasks, self._window)
            self._sign_in.signed_in.connect(self._on_signed_in)
            self._sign_in.unlocked.connect(self._on_unlocked)
            self._sign_in.other_asked.connect(self.sign_out)
            self._sign_in.gone.connect(self._on_gone)
            self._sign_in.own_asked.connect(self.firm.open_own)
            self._window.add_cover(self._sign_in)
        return self._sign_in

    @property
    def is_covered(self) -> bool:
        """Whether the window asks who is there, and shows nothing else."""
        return self._sign_in is not None and self._sign_in.isVisibleTo(self._window)

    def ask_who(self, workspace: Workspace, sentence: str = "", email: str = "") -> None:
        """Let somebody sign in to a workspace that has accounts."""
        self.is_locked = False
        self._window.banner.let_go(says=False)
        self._address = ""
        self._place_before = ""
        self._offer()
        self._window.show_facts("")
        self._window.show_cover(self.sign_in_place)
        first = self.firm.take_first_password()
        if first:
            self.sign_in_place.ask_first(workspace, first)
        else:
            self.sign_in_place.ask_who(workspace, sentence, email)

    def begin(self, workspace: Workspace) -> None:
        """Somebody acts from now on, whose views are about to be read."""
        if self.is_locked:
            self._window.banner.let_go(says=False)
        self.is_locked = False
        self._offer()
        self.watch.watch(workspace)
        actor = workspace.actor
        if actor is None:
            return
        self._show_who()
        self.firm.begin(workspace)
        if not actor.is_sole_owner:
            self.idle.start()
            self._window.tasks.read(partial(read_who, workspace), owner=self).then(self._on_myself)

    def end(self) -> None:
        """Nobody acts any more, until `begin`."""
        self.idle.stop()
        self.watch.stop()
        self.firm.end()
        self._offer()

    def lock(self) -> None:
        """Cover everything until the password is given again; the views are taken away, not only hidden."""
        workspace = self._window.workspace
        if workspace is None or workspace.actor is None or workspace.actor.is_sole_owner or self.is_locked:
            return
        role = workspace.actor.role
        self._place_before = self._window.places.current_id
        self._close_dialogs()
        self._window.leave_views()
        self.end()
        self.is_locked = True
        self._window.banner.hold()
        self._offer()
        self._window.show_cover(self.sign_in_place)
        self.sign_in_place.ask_unlock(workspace, self._address, role)

    def sign_out(self, *, email: str = "") -> None:
        """End the session and ask who comes next."""
        workspace = self._window.workspace
        if workspace is None or workspace.actor is None or workspace.actor.is_sole_owner:
            return
        self._leave(workspace, "", email)
        task = self._window.tasks.read(partial(leave_session, workspace), owner=self)
        task.then(lambda _nobody: None)

    def takes(self, failure: BaseException) -> bool:
        """Whether `failure` says that whoever acted may no longer; then the window asks who is there."""
        from tradesense_desktop.services.errors import NotSignedIn, SignedOut

        if not isinstance(failure, SignedOut | NotSignedIn):
            return False
        self._on_gone(failure.sentence)
        return True

    def take_role(self) -> str:
        """What whoever acts is, in words; empty where nobody does."""
        workspace = self._window.workspace
        actor = None if workspace is None else workspace.actor
        return "" if actor is None else role_word(actor.role)

    def shut_down(self) -> None:
        """Stop watching, before the window closes."""
        self.idle.stop()
        self.watch.stop()
        self.firm.shut_down()
        if self._sign_in is not None:
            self._sign_in.leave()

    def _bind(self) -> None:
        bind = self._window.catalogue.bind
        bind("account.menu", self.show_menu)
        bind("account.set_up", self._set_up)
        bind("account.change_password", self._change_password)
        bind("account.lock", self.lock)
        bind("account.switch", self.sign_out)
        bind("account.sign_out", self._sign_out_and_remember)
        for minutes in CHOICES:
            bind(f"account.lock_after_{minutes}", partial(self._lock_after, minutes))
        self._show_choice()

    def show_menu(self) -> QMenu | None:
        """Open the menu of the account; None where there is no account."""
        workspace = self._window.workspace
        if workspace is None or workspace.actor is None or workspace.actor.is_sole_owner:
            return None
        window = self._window
        return show_account_menu(window.catalogue, self._address, self.take_role(), window.account_corner(), window)

    def _offer(self) -> None:
        offer_actions(self._window.catalogue, self._window.workspace, is_locked=self.is_locked)

    def _lock_after(self, minutes: int) -> None:
        self.idle.wait_for(minutes)
        self._show_choice()

    def _show_choice(self) -> None:
        for minutes in CHOICES:
            self._window.catalogue[f"account.lock_after_{minutes}"].setChecked(minutes == self.idle.minutes)

    def _sign_out_and_remember(self) -> None:
        self.sign_out(email=self._address)

    def _set_up(self) -> None:
        from tradesense_desktop.ui.account_dialogs import set_up_dialog

        workspace = self._window.workspace
        if workspace is None:
            return
        dialog = set_up_dialog(workspace, self._window.tasks, self._window)
        said = self.tr("The workspace has accounts now: sign in.")
        dialog.changed.connect(lambda: self._leave(workspace, said, ""))
        dialog.open()

    def _change_password(self) -> None:
        from tradesense_desktop.ui.account_dialogs import password_dialog

        workspace = self._window.workspace
        if workspace is None:
            return
        dialog = password_dialog(workspace, self._window.tasks, self._window)
        said = self.tr("Your password is changed; every other session of yours has ended.")
        dialog.changed.connect(lambda: self._window.say(said))
        dialog.open()

    def _leave(self, workspace: Workspace, sentence: str, email: str) -> None:
        """Take the views away and ask who is there, on a handle of nobody."""
        self._close_dialogs()
        self._window.leave_views()
        self.end()
        nobody = workspace.acting_as(None)
        self._window.workspace = nobody
        self.ask_who(nobody, sentence, email)

    def _close_dialogs(self) -> None:
        """Take away every dialog and menu; what one of them has begun to write goes on."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for menu in self._window.findChildren(QMenu):
            menu.close()
        for dialog in self._window.findChildren(QDialog):
            if isinstance(dialog, QFileDialog):
                dialog.reject()
                continue
            dialog.hide()
            dialog.deleteLater()

    def _on_signed_in(self, signed_in: SignedIn) -> None:
        self._address = signed_in.user.email
        self._window.enter(signed_in.workspace)

    def _on_unlocked(self) -> None:
        workspace, place = self._window.workspace, self._place_before
        if workspace is not None:
            self.is_locked = False
            self._window.enter(workspace)
            self._window.banner.let_go(says=True)
            if place:
                self._window.places.go(place)

    def _on_gone(self, sentence: str) -> None:
        workspace = self._window.workspace
        if workspace is not None and (workspace.actor is not None or self.is_locked):
            self._leave(workspace, sentence, self._address)

    def _on_watch_failed(self, failure: BaseException) -> None:
        if not self.takes(failure):
            self._window.say_failure(failure_text(failure))

    def _on_myself(self, myself: User) -> None:
        self._address = myself.email
        self._show_who()

    def _show_who(self) -> None:
        parts = [self._address] if self._address else []
        self._window.show_facts(", ".join([*parts, self.take_role()]))
