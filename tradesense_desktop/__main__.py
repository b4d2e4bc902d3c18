"""The start: the earliest checks, then the window or the command line."""

import os
import sys

_OLDEST_PYTHON = (3, 11)
_INTERRUPTED = 130


def main() -> int:
    """Run the program with the process's arguments; the exit code."""
    if sys.version_info < _OLDEST_PYTHON:
        sys.stderr.write("TradeSense needs Python 3.11 or newer.\n")
        return 1
    from tradesense_desktop.cli.display import has_display

    arguments = sys.argv[1:]
    try:
        if arguments or "_TRADESENSE_COMPLETE" in os.environ:
            return _run_command_line(arguments)
        return run_window(None) if has_display() else _run_command_line(["sample"])
    except KeyboardInterrupt:
        # While modules load nothing has begun; what runs later stops by itself and says so.
        sys.stderr.write("Stopped.\n")
        return _INTERRUPTED


def run_window(workspace: str | None) -> int:
    """Show the window on `workspace` (None: the last one, or the default); the exit code."""
    from tradesense_desktop.cli.display import has_display, missing_packages, missing_packages_sentence

    if not has_display():
        sys.stderr.write("There is no display for a window here; tradesense --help lists what works without one.\n")
        return 1
    packages = missing_packages()
    if packages:
        sys.stderr.write(missing_packages_sentence(packages) + "\n")
        return 1
    from tradesense_desktop.app import run

    return run(workspace)


def _run_command_line(arguments: list[str]) -> int:
    from tradesense_desktop.cli.program import run

    return run(arguments, show_window=run_window)


if __name__ == "__main__":
    sys.exit(main())
