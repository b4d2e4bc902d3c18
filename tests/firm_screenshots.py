"""Pictures of a firm's workspace in the window: `python -m tests.firm_screenshots FOLDER`.

Nobody listens where the server should be: what is shown is the copy, offline, with what waits and what was refused.
"""

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from tests.firm_replicas import PASSWORD, Replica, fill_outbox, make_replica
from tests.screenshots import BOTH, SIZES, Camera

PLACES = ("challenges", "funding", "alerts", "payments", "users", "server")


def take_firm(application: QApplication, folder: Path, settings: QSettings, target: Path) -> None:
    """Every picture of a firm's workspace."""
    for name in ("admin", "trader"):
        statements = folder / f"statements-{name}"
        statements.mkdir()
        replica = make_replica(
            folder / f"firm-{name}", statements, name, tls="unverified" if name == "admin" else "verified"
        )
        camera = Camera(application, replica.directory, settings)
        _everywhere(camera, target, f"firm-{name}-sign-in")
        _sign_in(camera)
        _everywhere(camera, target, f"firm-{name}-nothing-waits")
        camera.window.places.go("server")
        _everywhere(camera, target, f"firm-{name}-server-empty")
        fill_outbox(replica)
        camera.window.people.firm.look()
        camera.wait(1200)
        _take_places(camera, replica, target, name)
        camera.close()


def _everywhere(camera: Camera, target: Path, name: str) -> None:
    camera.settle()
    for size in SIZES:
        for choice in BOTH:
            camera.take(target / f"{name}-{size[0]}-{choice.value}.png", size, choice)


def _sign_in(camera: Camera) -> None:
    form = camera.window.people.sign_in_place.form
    form.fill("password", PASSWORD)
    form.submit()
    camera.wait(1200)


def _take_places(camera: Camera, replica: Replica, target: Path, name: str) -> None:
    window = camera.window
    for place in PLACES:
        if place == "challenges":
            window.show_list()
        elif not window.places.go(place):
            continue
        camera.settle()
        _everywhere(camera, target, f"firm-{name}-{place}")
    window.open_challenge(replica.challenge_ids[0])
    _everywhere(camera, target, f"firm-{name}-challenge")
    window.places.go("server")
    camera.settle()
    window.catalogue["server.discard"].trigger()
    _everywhere(camera, target, f"firm-{name}-server-discard")


def main(arguments: list[str]) -> None:
    """Take them into the folder that is named."""
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="tradesense-firm-") as scratch:
        settings = QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat)
        take_firm(application, Path(scratch), settings, Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
