"""Actions as data: what can be done, where it stands and how it is reached by keyboard."""

from dataclasses import dataclass
from enum import StrEnum


class Menu(StrEnum):
    """The menus of the window, in their order."""

    FILE = "file"
    EDIT = "edit"
    VIEW = "view"
    GO = "go"
    ACCOUNT = "account"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do.

    `id` is stable and dotted by area; `title` is English source text, translated where it is shown; `shortcut` is
    in Qt's portable form, empty where there is none. `group` separates parts of a menu by a line. `checkable` actions
    are switches. `keywords` help the palette to find it by other words.
    """

    id: str
    title: str
    menu: Menu
    group: int = 0
    shortcut: str = ""
    icon: str = ""
    checkable: bool = False
    keywords: str = ""
