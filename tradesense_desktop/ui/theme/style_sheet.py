"""The style sheet, written from tokens: what a palette cannot say."""

from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.tokens import TONES, Tokens


def style_sheet(tokens: Tokens) -> str:
    """Style sheet of the whole application for one appearance; it sets no font, so that figures stay tabular."""
    return "\n".join(
        [_ground(tokens), _words(tokens), _buttons(tokens), _fields(tokens), _tables(tokens), _bars(tokens)]
    )


def _ground(tokens: Tokens) -> str:
    return f"""
    QMainWindow, QDialog {{ background: {tokens.canvas}; }}
    QDialog[popover="true"] {{ background: {tokens.raised}; border: 1px solid {tokens.line}; }}
    QDialog[popover="true"] QListView {{ background: {tokens.raised}; }}
    QWidget[ground="surface"] {{ background: {tokens.surface}; }}
    QWidget[ground="canvas"] {{ background: {tokens.canvas}; }}
    QFrame[panel="true"] {{ background: {tokens.surface}; border: 1px solid {tokens.line};
        border-radius: {size.CORNER}px; }}
    QFrame[divider="true"] {{ background: {tokens.line}; border: none; }}
    QToolTip {{ background: {tokens.raised}; color: {tokens.text}; border: 1px solid {tokens.line};
        padding: {size.SPACE_4}px {size.SPACE_8}px; }}
    QScrollArea {{ border: none; background: transparent; }}
    QScrollArea > QWidget > QWidget[ground="none"] {{ background: transparent; }}
    QSplitter::handle {{ background: {tokens.line}; }}
    QMainWindow::separator {{ background: {tokens.line}; width: 1px; height: 1px; }}
    QDockWidget {{ titlebar-close-icon: none; titlebar-normal-icon: none; }}
    """


def _words(tokens: Tokens) -> str:
    tones = "\n".join(f'QLabel[tone="{tone}"] {{ color: {tokens.tone(tone)}; }}' for tone in TONES)
    frames = "\n".join(
        f'QFrame[badge="{tone}"] {{ background: transparent; border: 1px solid {tokens.tone(tone)};'
        f" border-radius: {size.CORNER}px; }}"
        for tone in TONES
    )
    return f"QLabel {{ background: transparent; border: none; }}\n{tones}\n{frames}"


def _buttons(tokens: Tokens) -> str:
    return f"""
    QPushButton {{ background: {tokens.surface}; color: {tokens.text}; border: 1px solid {tokens.line};
        border-radius: {size.CORNER}px; padding: 5px {size.SPACE_12}px; min-height: 18px; }}
    QPushButton:hover {{ background: {tokens.hover}; }}
    QPushButton:focus {{ border: {size.FOCUS_RING}px solid {tokens.accent}; padding: {size.SPACE_4}px 11px; }}
    QPushButton:disabled {{ color: {tokens.muted}; background: {tokens.canvas}; }}
    QPushButton[primary="true"] {{ background: {tokens.accent}; color: {tokens.on_accent};
        border-color: {tokens.accent}; }}
    QPushButton[primary="true"]:focus {{ border: {size.FOCUS_RING}px solid {tokens.text}; }}
    QPushButton[primary="true"]:disabled {{ background: {tokens.canvas}; color: {tokens.muted};
        border-color: {tokens.line}; }}
    QPushButton[badge="true"] {{ color: {tokens.warning}; border-color: {tokens.warning}; background: transparent;
        padding: 1px {size.SPACE_8}px; min-height: 16px; }}
    QPushButton[badge="true"]:hover {{ background: {tokens.hover}; }}
    QPushButton[badge="true"]:focus {{ border: {size.FOCUS_RING}px solid {tokens.accent}; padding: 0 7px; }}
    QToolButton {{ background: transparent; border: {size.FOCUS_RING}px solid transparent;
        border-radius: {size.CORNER}px; padding: {size.SPACE_4}px; color: {tokens.text}; }}
    QToolButton:hover {{ background: {tokens.hover}; }}
    QToolButton:checked {{ background: {tokens.selection}; }}
    QToolButton:focus {{ border-color: {tokens.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QToolButton[rail="true"] {{ border-radius: {size.CORNER}px; padding: {size.SPACE_8}px; }}
    QCheckBox, QRadioButton {{ spacing: {size.SPACE_8}px; padding: 2px;
        border: {size.FOCUS_RING}px solid transparent; border-radius: {size.SPACE_4}px; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {tokens.muted};
        border-radius: 3px; background: {tokens.surface}; }}
    QCheckBox::indicator:checked {{ background: {tokens.accent}; border: 1px solid {tokens.accent}; }}
    QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {tokens.muted};
        border-radius: 8px; background: {tokens.surface}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {tokens.accent};
        background: {tokens.on_accent}; }}
    QCheckBox:focus, QRadioButton:focus {{ border-color: {tokens.accent}; }}
    """


def _fields(tokens: Tokens) -> str:
    return f"""
    QLineEdit, QComboBox, QPlainTextEdit, QTextEdit {{ background: {tokens.surface}; color: {tokens.text};
        border: 1px solid {tokens.line}; border-radius: {size.CORNER}px; padding: {size.SPACE_4}px {size.SPACE_8}px;
        min-height: 18px; selection-background-color: {tokens.accent}; selection-color: {tokens.on_accent}; }}
    QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {{
        border: {size.FOCUS_RING}px solid {tokens.accent}; padding: 3px 7px; }}
    QComboBox QLineEdit, QComboBox QLineEdit:focus {{ background: transparent; border: none; padding: 0; }}
    QComboBox {{ padding-right: {size.SPACE_32}px; }}
    QComboBox:focus {{ padding-right: 31px; }}
    QComboBox::drop-down {{ border: none; width: {size.SPACE_24}px; }}
    QComboBox QAbstractItemView {{ background: {tokens.raised}; border: 1px solid {tokens.line};
        selection-background-color: {tokens.selection}; selection-color: {tokens.text}; outline: none; }}
    QMenu {{ background: {tokens.raised}; border: 1px solid {tokens.line}; padding: {size.SPACE_4}px; }}
    QMenu::item {{ padding: 5px {size.SPACE_24}px 5px {size.SPACE_12}px; border-radius: {size.SPACE_4}px; }}
    QMenu::icon {{ padding-left: {size.SPACE_8}px; }}
    QMenu::item:selected {{ background: {tokens.selection}; }}
    QMenu::item:disabled {{ color: {tokens.muted}; }}
    QMenu::separator {{ background: {tokens.line}; height: 1px; margin: {size.SPACE_4}px {size.SPACE_8}px; }}
    QMenuBar {{ background: {tokens.canvas}; border-bottom: 1px solid {tokens.line}; }}
    QMenuBar::item {{ padding: {size.SPACE_4}px {size.SPACE_8}px; background: transparent; }}
    QMenuBar::item:selected {{ background: {tokens.selection}; }}
    """


def _tables(tokens: Tokens) -> str:
    return f"""
    QAbstractItemView {{ background: {tokens.surface}; border: none; outline: none; color: {tokens.text}; }}
    QTableView {{ selection-background-color: {tokens.selection}; selection-color: {tokens.text};
        border-top: {size.FOCUS_RING}px solid transparent; }}
    QTableView:focus, QListView:focus {{ border-top: {size.FOCUS_RING}px solid {tokens.accent}; }}
    QListView {{ border-top: {size.FOCUS_RING}px solid transparent; }}
    QListView#cards, QListView#cards:focus {{ background: transparent; border: none; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QListView::item {{ padding: 0; }}
    QHeaderView {{ background: {tokens.surface}; border: none; }}
    QHeaderView::section {{ background: {tokens.surface}; color: {tokens.muted}; border: none;
        border-bottom: 1px solid {tokens.line}; padding: {size.SPACE_4}px {size.SPACE_8}px; }}
    QHeaderView::section:hover {{ color: {tokens.text}; }}
    QTabBar {{ background: transparent; }}
    QTabBar::tab {{ background: transparent; color: {tokens.muted}; border: none;
        border-bottom: {size.FOCUS_RING}px solid transparent; padding: {size.SPACE_8}px {size.SPACE_12}px 6px; }}
    QTabBar::tab:hover {{ color: {tokens.text}; }}
    QTabBar::tab:selected {{ color: {tokens.text}; border-bottom-color: {tokens.accent}; }}
    QTabBar::tab:focus {{ color: {tokens.accent}; }}
    QTabWidget::pane {{ border: none; }}
    """


def _bars(tokens: Tokens) -> str:
    return f"""
    QStatusBar {{ background: {tokens.canvas}; border-top: 1px solid {tokens.line}; }}
    QStatusBar::item {{ border: none; }}
    QProgressBar {{ background: {tokens.line}; border: none; border-radius: 2px; max-height: {size.SPACE_4}px; }}
    QProgressBar::chunk {{ background: {tokens.accent}; border-radius: 2px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {tokens.line}; border-radius: 3px; margin: 2px; min-height: 32px;
        min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {tokens.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: transparent; border: none; width: 0; height: 0; }}
    """
