"""The wheel, installed alone, does what the checkout does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    environment = {
        key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")
    }

    def uv(*arguments: object) -> bytes:
        command = [UV, *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder, timeout=600).stdout

    uv("build", "--quiet", "--wheel", "--out-dir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    uv("venv", "--quiet", "--python", sys.executable, folder / "venv")
    constraints = folder / "constraints.txt"
    export = ("export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes", "--project", ROOT)
    constraints.write_bytes(uv(*export))
    python = folder / "venv" / "bin" / "python"
    uv("pip", "install", "--quiet", "--python", python, "--constraint", constraints, wheel)
    return folder / "venv" / "bin" / "tradesense"


def _run(program: Path, folder: Path, *arguments: str) -> str:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    environment["TRADESENSE_WORKSPACE"] = str(folder / "workspace")
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, env=environment, cwd=folder, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_installed_wheel_prints_the_judged_sample_where_there_is_no_display(installed: Path, tmp_path: Path) -> None:
    assert "The file agrees with its own totals." in _run(installed, tmp_path)


def test_installed_wheel_makes_a_workspace_and_is_in_good_health(installed: Path, tmp_path: Path) -> None:
    assert json.loads(_run(installed, tmp_path, "challenges", "--json")) == []
    assert json.loads(_run(installed, tmp_path, "doctor", "--json"))["healthy"] is True
