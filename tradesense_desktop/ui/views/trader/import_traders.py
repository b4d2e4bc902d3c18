"""For whom a statement is recorded: in a firm's workspace its administrators record what its traders did."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.presets import read_presets
from tradesense_desktop.services.read_users import read_people
from tradesense_desktop.ui.views.trader.import_answers import ImportAnswers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings


def read_traders(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """Ids and addresses of the traders whose accounts are open, by address; for a background thread."""
    people = (each.user for each in read_people(workspace) if each.user.role is Role.USER and each.user.may_sign_in)
    return tuple((user.id, user.email) for user in sorted(people, key=lambda user: user.email.casefold()))


def answers_for(workspace: Workspace, surroundings: Surroundings, preset: str, parent: QWidget) -> ImportAnswers:
    """The fields for the answers; in a firm's workspace they ask for whom."""
    answers = ImportAnswers(read_presets(), preset, parent)
    if workspace.firm is not None:
        surroundings.tasks.read(partial(read_traders, workspace), owner=answers).then(answers.offer_traders)
    return answers
