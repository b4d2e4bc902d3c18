"""The program's log: JSON lines in a rotated file of the user's own, without amounts, addresses or passwords."""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from tradesense_desktop.domain.instant import instant_text

LOG_NAME: Final = "tradesense.log"
_BYTES: Final = 1_000_000
_KEPT: Final = 3
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, what.

    A traceback is left out: its last line quotes what a file or a person said.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        at = datetime.fromtimestamp(record.created, UTC)
        line = {"at": instant_text(at), "level": record.levelname, "logger": record.name, "what": record.getMessage()}
        return json.dumps(line, ensure_ascii=False)


def keep_log(directory: Path) -> RotatingFileHandler:
    """Log to a file in `directory` that nobody else can read; the handler, to be taken off again."""
    directory.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    path = directory / LOG_NAME
    path.touch(mode=_FILE_MODE, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(JsonLines())
    logging.getLogger("tradesense").addHandler(handler)
    return handler
