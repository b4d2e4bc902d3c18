"""Whether a window can be shown here, and which system libraries are missing for it; looks before Qt aborts."""

import ctypes
import os
import sys
from typing import Final

# What Qt's xcb plugin opens by name, and the Debian package that holds each.
_X11_LIBRARIES: Final = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# What the libraries of Qt themselves are linked against.
_QT_LIBRARIES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}


def has_display() -> bool:
    """Whether a display server is named, or Qt's platform is chosen by hand."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def missing_packages() -> list[str]:
    """Debian packages of the system libraries that Qt would abort without."""
    if not sys.platform.startswith("linux"):
        return []
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    needed = dict(_QT_LIBRARIES)
    if platform == "xcb" or (not platform and os.environ.get("DISPLAY")):
        needed |= _X11_LIBRARIES
    return [package for library, package in needed.items() if not _loads(library)]


def missing_packages_sentence(packages: list[str]) -> str:
    """What is missing, and the one line to type."""
    return (
        "The window needs libraries of the system that are not installed. "
        f"On Debian or Ubuntu: sudo apt-get install {' '.join(packages)}"
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
