"""Looking for what Qt needs before Qt is asked."""

import subprocess
import sys

import pytest

from tradesense_desktop.cli.display import has_display, missing_packages, missing_packages_sentence

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems bring these libraries along"
)


def test_no_display_server_and_no_platform_chosen_is_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    assert not has_display()


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_display_server_or_a_platform_chosen_by_hand_is_a_display(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "offscreen")

    assert has_display()


def test_offscreen_platform_that_runs_these_tests_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")

    assert missing_packages() == []


def test_sentence_is_one_line_to_type() -> None:
    assert missing_packages_sentence(["libxcb-cursor0", "libegl1"]).endswith(
        "sudo apt-get install libxcb-cursor0 libegl1"
    )


def test_window_without_a_library_of_the_system_names_it_and_does_not_abort() -> None:
    """The loader is told to find nothing: every library is missing, as on a server."""
    code = (
        "import ctypes, os, sys\n"
        "real = ctypes.CDLL\n"
        "def nothing(name, *rest, **options):\n"
        "    if name and str(name).startswith('libxcb'): raise OSError(name)\n"
        "    return real(name, *rest, **options)\n"
        "ctypes.CDLL = nothing\n"
        "os.environ.pop('QT_QPA_PLATFORM', None); os.environ['DISPLAY'] = ':99'\n"
        "sys.argv = ['tradesense']\n"
        "from tradesense_desktop.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr
    assert "libxcb-cursor0" in done.stderr
    assert done.stderr.count("\n") == 1
