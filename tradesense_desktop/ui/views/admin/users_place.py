"""The place of people: who there is, how their accounts stand, and what may be done about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.domain.people import Role, UserStatus
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.erase_person import erase_person
from tradesense_desktop.services.govern_user import change_role, delete_user, readmit_user, suspend_user, verify_user
from tradesense_desktop.services.read_users import Person, read_people
from tradesense_desktop.ui.actions.local_actions import with_shortcut
from tradesense_desktop.ui.formatting.people import role_word
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.choice_box import ChoiceBox
from tradesense_desktop.ui.parts.details_panel import DetailsPanel
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.parts.words import rule
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tables.listing import Listing
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.register_dialog import RegisterDialog
from tradesense_desktop.ui.views.admin.user_columns import (
    ORDERS,
    name_of,
    state_sign,
    state_word,
    status_word,
    user_columns,
)
from tradesense_desktop.ui.views.admin.user_offers import Offer, offers, registrable_roles
from tradesense_desktop.ui.views.list_place import ListPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.domain.people import User
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings

_KIND = (Offer.VERIFY, Offer.READMIT, Offer.END_SESSIONS)
_APART = (Offer.SUSPEND, Offer.DELETE, Offer.ERASE)
_REASONED = (Offer.SUSPEND, Offer.DELETE)


class UsersPlace(ListPlace):
    """Everybody, for those who may see them; what whoever acts may not do with somebody is not on the screen."""

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(workspace, surroundings, parent)
        self.setAccessibleName(self.tr("Users"))
        self._people: tuple[Person, ...] = ()
        self._wanted_id = ""
        self._asked_about = ""
        self.panel = DetailsPanel(
            "person",
            self.tr("Nobody chosen"),
            self.tr("Choose a line of the list to see the account and its sessions."),
            self,
        )
        self._sessions = self.panel.add_section(self.tr("Open sessions"))
        self._buttons: dict[Offer, QPushButton] = {}
        self._build_foot()
        self.lay_out(self._build_head(), self._build_list(), self.panel)
        self.listing.row_chosen.connect(self._show_chosen)
        self.changed.connect(self.read_again)
        self._bind_actions()
        self.show_what_can_be_done()

    def read_again(self) -> None:
        """Read everybody; the filters choose among them."""
        work = partial(read_people, self._workspace, include_deleted=self._deleted.isChecked())
        self.read_in_background(work, self._show_people)

    def register(self) -> None:
        """Open the dialog in which somebody is registered."""
        dialog = RegisterDialog(self._workspace, self._surroundings, self)
        dialog.registered.connect(self._on_registered)
        dialog.open()

    def ask(self, offer: Offer) -> None:
        """Say what would happen to the chosen person, and ask."""
        person = self.chosen
        if person is None or offer not in self._offered() or self._writing is not None:
            return
        user = person.user
        self._asked_about = user.id
        role = Role(self._role.currentData())
        self.panel.notice.clear()
        self.panel.question.ask(
            self._consequence(offer, user, role),
            self._buttons[offer].text(),
            partial(self._do, offer, user, role),
            field=self.tr("Reason") if offer in _REASONED else "",
            needed=offer in _REASONED,
        )

    @property
    def chosen(self) -> Person | None:
        """Who is chosen."""
        found: Person | None = self.listing.chosen
        return found

    def show_what_can_be_done(self) -> None:
        """Fit buttons and actions to who is chosen."""
        offered = self._offered()
        is_free = self._writing is None
        is_asking = bool(self.panel.question.question)
        for offer, button in self._buttons.items():
            button.setVisible(offer in offered)
            button.setEnabled(is_free)
            self.actions_here.offer(f"users.{offer.value}", offered=offer in offered and is_free)
        self._role.setVisible(Offer.CHANGE_ROLE in offered)
        self._kind.setVisible(not is_asking and bool(offered.intersection(_KIND)))
        self._roles.setVisible(not is_asking and Offer.CHANGE_ROLE in offered)
        self._apart.setVisible(not is_asking and bool(offered.intersection(_APART)))

    # What stands where

    def _build_head(self) -> ListingHead:
        head = ListingHead(self.tr("Users"), self.tr("Filter people by address, role or status"), self)
        head.add_choice(
            "role", self.tr("Role"), self.tr("Every role"), [(role.value, role_word(role)) for role in Role]
        )
        head.add_choice(
            "status",
            self.tr("Status"),
            self.tr("Every status"),
            [(status.value, status_word(status)) for status in UserStatus if status is not UserStatus.CLOSED],
        )
        self._deleted = CheckBox(self.tr("Deleted too"), head)
        self._deleted.toggled.connect(lambda _checked: self.read_again())
        head.add_switch(self._deleted)
        if registrable_roles(self._actor):
            button = head.add_button(
                self.tr("Register…"), primary=True, hint=with_shortcut(self.tr("Register somebody"), "users.register")
            )
            button.clicked.connect(lambda _checked=False: self.register())
        head.filter_changed.connect(self._show_rows)
        return head

    def _build_list(self) -> Listing[Person]:
        table = TableView("users", self._surroundings.settings, self)
        table.setAccessibleName(self.tr("Users"))
        model: HeldModel[Person] = HeldModel(
            user_columns(),
            Context(self._display),
            self._surroundings.tasks,
            self,
            identify=lambda person: person.user.id,
            orders=ORDERS,
        )
        empty = EmptyState("people", self.tr("Nobody here"), self.tr("Register the first person."), self)
        return Listing(table, model, self._display, empty, self)

    def _build_foot(self) -> None:
        titles = {
            Offer.VERIFY: self.tr("Verify"),
            Offer.READMIT: self.tr("Readmit"),
            Offer.END_SESSIONS: self.tr("End all sessions"),
            Offer.CHANGE_ROLE: self.tr("Change role"),
            Offer.SUSPEND: self.tr("Suspend"),
            Offer.DELETE: self.tr("Delete"),
            Offer.ERASE: self.tr("Erase"),
        }
        self._kind, kind = self._row()
        self._roles, roles = self._row()
        self._apart = QWidget(self.panel.foot)
        apart = QVBoxLayout(self._apart)
        apart.setContentsMargins(0, size.SPACE_16, 0, 0)
        apart.setSpacing(size.SPACE_12)
        apart.addWidget(rule(parent=self._apart))
        last = QHBoxLayout()
        last.setSpacing(size.SPACE_8)
        apart.addLayout(last)
        self._role = ChoiceBox(self._roles)
        self._role.setAccessibleName(self.tr("New role"))
        roles.addWidget(self._role, 1)
        for offer, title in titles.items():
            home = self._apart if offer in _APART else self._roles if offer is Offer.CHANGE_ROLE else self._kind
            row = {id(self._apart): last, id(self._roles): roles, id(self._kind): kind}[id(home)]
            button = QPushButton(title, home)
            button.setAutoDefault(False)
            button.setToolTip(with_shortcut(title, f"users.{offer.value}"))
            button.clicked.connect(partial(self._on_button, offer))
            if offer is Offer.DELETE:
                row.addStretch(1)
            row.addWidget(button)
            self._buttons[offer] = button
        kind.addStretch(1)
        for row_widget in (self._kind, self._roles, self._apart):
            self.panel.add_to_foot(row_widget)

    def _row(self) -> tuple[QWidget, QHBoxLayout]:
        row = QWidget(self.panel.foot)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(size.SPACE_8)
        return row, line

    def _bind_actions(self) -> None:
        if registrable_roles(self._actor):
            self.actions_here.bind("users.register", self.register)
        for offer in Offer:
            self.actions_here.bind(f"users.{offer.value}", partial(self.ask, offer))

    # What is shown

    def _show_people(self, people: tuple[Person, ...]) -> None:
        self._people = people
        self._show_rows()

    def _show_rows(self) -> None:
        rows = [person for person in self._people if self._fits(person)]
        self.listing.show_rows(rows, len(self._people))
        if self._wanted_id and self.listing.choose(self._wanted_id):
            self._wanted_id = ""
        self.show_counts(len(rows), len(self._people))

    def _fits(self, person: Person) -> bool:
        user = person.user
        role, status = self.head.choice("role"), self.head.choice("status")
        if (role and user.role.value != role) or (status and user.status.value != status):
            return False
        written = f"{name_of(user)} {role_word(user.role)} {state_word(user)}".casefold()
        return all(word in written for word in self.head.text.casefold().split())

    def _show_chosen(self) -> None:
        person = self.chosen
        if person is None or person.user.id != self._asked_about:
            # A question about somebody else is not left standing.
            self.panel.question.close_question()
        if person is None:
            self.panel.show_nothing()
            self.show_what_can_be_done()
            return
        user = person.user
        drawing, tone = state_sign(user)
        is_self = user.id == self._actor.user_id
        sentence = self.tr("This is your own account; somebody else governs it.") if is_self else ""
        self.panel.show_head(drawing, tone, name_of(user), sentence)
        times, numbers = self._display.times, self._display.numbers
        zone = times.zone_name()
        facts = self.panel.facts
        facts.clear()
        facts.add(self.tr("Role"), role_word(user.role))
        facts.add(self.tr("Status"), state_word(user), tone=tone)
        facts.add(self.tr("Registered"), f"{times.minute(user.created_at)} {zone}")
        last = self.tr("never") if user.last_login_at is None else f"{times.minute(user.last_login_at)} {zone}"
        facts.add(self.tr("Last sign-in"), last)
        facts.add(self.tr("Challenges"), numbers.count(person.challenges))
        if user.deleted_at is not None:
            facts.add(self.tr("Deleted"), f"{times.minute(user.deleted_at)} {zone}")
            facts.add(self.tr("Reason"), user.deleted_reason or "")
        facts.add_identifier(self.tr("Id"), user.id)
        self._sessions.clear()
        for session in person.sessions:
            self._sessions.add(
                self.tr("Signed in"),
                self.tr("{at} {zone}, seen {seen}").format(
                    at=times.minute(session.started_at), zone=zone, seen=times.minute(session.last_seen_at)
                ),
            )
        self._fill_roles(user)
        self.show_what_can_be_done()

    def _fill_roles(self, user: User) -> None:
        chosen = self._role.currentData()
        self._role.clear()
        for role in Role:
            if role is not user.role:
                self._role.addItem(role_word(role), role.value)
        self._role.setCurrentIndex(max(0, self._role.findData(chosen)))

    def _offered(self) -> frozenset[Offer]:
        person = self.chosen
        return frozenset() if person is None else offers(self._actor, person.user, has_sessions=bool(person.sessions))

    # What is done

    def _on_button(self, offer: Offer, _checked: bool = False) -> None:
        self.ask(offer)

    def _consequence(self, offer: Offer, user: User, role: Role) -> str:
        """What will happen, said before it does."""
        said = {
            Offer.VERIFY: self.tr("{who} may sign in from now on."),
            Offer.READMIT: self.tr("{who} may sign in again."),
            Offer.END_SESSIONS: self.tr("{who} is signed out everywhere at once, and may sign in again."),
            Offer.CHANGE_ROLE: self.tr("{who} becomes {role} and is signed out; what was done before stays."),
            Offer.SUSPEND: self.tr("{who} is kept out and signed out everywhere at once, until readmitted."),
            Offer.DELETE: self.tr(
                "The account of {who} is closed for good. What the person did stays, and the address may be used again."
            ),
            Offer.ERASE: self.tr(
                "The address and the key of {who} are destroyed, for good: what was sealed under it opens to nobody. "
                "Trades, events and their hashes stay. Backups made before hold the key still."
            ),
        }[offer]
        return said.format(who=name_of(user), role=role_word(role))

    def _do(self, offer: Offer, user: User, role: Role, reason: str) -> None:
        deeds: dict[Offer, Callable[[], object]] = {
            Offer.VERIFY: partial(verify_user, self._workspace, user.id),
            Offer.READMIT: partial(readmit_user, self._workspace, user.id),
            Offer.END_SESSIONS: partial(end_sessions_of, self._workspace, user.id),
            Offer.CHANGE_ROLE: partial(change_role, self._workspace, user.id, role),
            Offer.SUSPEND: partial(suspend_user, self._workspace, user.id, reason=reason),
            Offer.DELETE: partial(delete_user, self._workspace, user.id, reason=reason),
            Offer.ERASE: partial(erase_person, self._workspace, user.id),
        }
        do = deeds[offer]
        self.write_in_background(
            self._buttons[offer].text(), lambda _progress: do(), partial(self._on_done, offer, user)
        )

    def _on_done(self, offer: Offer, user: User, _result: object) -> None:
        said = {
            Offer.VERIFY: self.tr("{who} is verified."),
            Offer.READMIT: self.tr("{who} is readmitted."),
            Offer.END_SESSIONS: self.tr("{who} is signed out everywhere."),
            Offer.CHANGE_ROLE: self.tr("{who} has another role."),
            Offer.SUSPEND: self.tr("{who} is suspended."),
            Offer.DELETE: self.tr("The account of {who} is deleted."),
            Offer.ERASE: self.tr("{who} is erased."),
        }[offer]
        self.said.emit(said.format(who=name_of(user)))

    def _on_registered(self, user: User) -> None:
        self._wanted_id = user.id
        self.said.emit(self.tr("{who} is registered.").format(who=user.email))
        self.read_again()
