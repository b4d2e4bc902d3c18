"""The presets that ship with the program, for choosing one."""

from dataclasses import dataclass
from functools import cache

from tradesense_desktop.domain.preset import Preset, find_preset
from tradesense_desktop.settings import resources_directory

JOURNAL = "journal"
"""The preset of an account that nobody judges; what an import takes where no preset is named."""


@dataclass(frozen=True, slots=True)
class PresetDescription:
    """One preset as a person chooses it."""

    name: str
    title: str
    summary: str


def read_presets() -> tuple[PresetDescription, ...]:
    """Every shipped preset, `journal` first, the others by title."""
    ordered = sorted(shipped_presets(), key=lambda preset: (preset.name != JOURNAL, preset.title))
    return tuple(PresetDescription(preset.name, preset.title, preset.summary) for preset in ordered)


def preset_named(name: str) -> Preset:
    """The preset of that name. Raises UnknownPreset, which names the known ones."""
    return find_preset(shipped_presets(), name)


@cache
def shipped_presets() -> tuple[Preset, ...]:
    """Every preset file of the resources, read once."""
    folder = resources_directory() / "presets"
    return tuple(Preset.from_toml(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
