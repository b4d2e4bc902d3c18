"""Where things are: the shipped resources and schema, the folder of the user's workspace, a variable of two layers."""

from pathlib import Path
from typing import Final

PASSPHRASE_VARIABLE: Final = "TRADESENSE_KEY_PASSPHRASE"  # noqa: S105 - a name, not a secret
"""In the environment: the passphrase of a key file."""

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """Folder `name` beside the package in a checkout, inside it in an installed wheel."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def resources_directory() -> Path:
    """Folder of icons, presets, samples and help."""
    return _shipped("resources")


def schema_directory() -> Path:
    """Folder of the two schema files and their migrations."""
    return _shipped("schema")


def default_workspace_directory() -> Path:
    """Folder of the workspace when neither `--workspace` nor `TRADESENSE_WORKSPACE` names one."""
    from platformdirs import user_data_path

    return user_data_path("tradesense", appauthor=False)


def log_directory() -> Path:
    """Folder of the program's log."""
    from platformdirs import user_log_path

    return user_log_path("tradesense", appauthor=False)
