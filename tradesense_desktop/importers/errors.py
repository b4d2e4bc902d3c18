"""Refusals of a file: one sentence each, with the file, the place and why."""


class StatementRefused(Exception):
    """The file cannot be imported; nothing was written."""

    def __init__(self, file_name: str, reason: str, *, line: int | None = None, column: str | None = None) -> None:
        self.file_name = file_name
        self.reason = reason
        self.line = line
        self.column = column
        place = "".join(
            [
                f", line {line}" if line is not None else "",
                f", column “{column}”" if column is not None else "",
            ]
        )
        super().__init__(f"{file_name}{place}: {reason}")
