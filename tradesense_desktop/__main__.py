"""The start: the earliest checks, then the window or the command line."""

import ctypes
import os
import sys

_OLDEST_PYTHON = (3, 11)

# What Qt's xcb plugin and its OpenGL loader open by name, and the Debian package that holds each.
_X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}


def main() -> int:
    """Run the program with the process's arguments; the exit code."""
    if sys.version_info < _OLDEST_PYTHON:
        sys.stderr.write("TradeSense needs Python 3.11 or newer.\n")
        return 1
    arguments = sys.argv[1:]
    if arguments:
        return _run_command_line(arguments)
    if has_display():
        return run_window(None)
    return _run_command_line(["sample"])


def has_display() -> bool:
    """Whether a window can be shown: a display server is named, or Qt's platform is chosen by hand."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def missing_libraries() -> list[str]:
    """Debian packages of the system libraries that Qt would abort without, in the order it asks for them."""
    if not sys.platform.startswith("linux"):
        return []
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    needed = dict(_QT_LIBRARIES)
    if platform in ("", "xcb") and os.environ.get("DISPLAY"):
        needed |= _X11_LIBRARIES
    return [package for library, package in needed.items() if not _loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def run_window(workspace: str | None) -> int:
    """Show the window on `workspace` (None: the last one, or the default); the exit code."""
    packages = missing_libraries()
    if packages:
        sys.stderr.write(
            "The window needs libraries of the system that are not installed. "
            f"On Debian or Ubuntu: sudo apt-get install {' '.join(packages)}\n"
        )
        return 1
    from tradesense_desktop.app import run

    return run(workspace)


def _run_command_line(arguments: list[str]) -> int:
    from tradesense_desktop.cli.program import run

    return run(arguments, show_window=run_window)


if __name__ == "__main__":
    sys.exit(main())
