"""Settings, each declared once: the environment is read from here, and the pages are made from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.xml.limits import Limits
from schemas.errors import Misconfigured

PREFIX = "ICS_GATEWAY_"
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the environment variable without its prefix, and what it means."""

    name: str
    default: int
    help: str


_LIMITS = Limits()
MAX_FILE_SIZE = Setting("MAX_FILE_SIZE", _LIMITS.file_size, "Largest file that is read, in bytes.")
MAX_TEXT = Setting("MAX_TEXT", _LIMITS.text, "Longest text of one element, and longest tag, in bytes.")
MAX_DEPTH = Setting("MAX_DEPTH", _LIMITS.depth, "How deep elements may stand inside each other.")
MAX_ELEMENTS = Setting("MAX_ELEMENTS", _LIMITS.elements, "Most elements in one file.")
MAX_FINDINGS = Setting(
    "MAX_FINDINGS", _LIMITS.findings, "Most findings of one rule that are listed; the others are counted."
)
DEBUG = Setting("DEBUG", 0, "1 shows the place in the code where an unexpected fault arose, never its data.")
SETTINGS = (MAX_FILE_SIZE, MAX_TEXT, MAX_DEPTH, MAX_ELEMENTS, MAX_FINDINGS, DEBUG)


def value_of(setting: Setting, environment: Mapping[str, str] = os.environ) -> int:
    """Read a setting; raise Misconfigured where it is no whole number from 0 that fits."""
    text = environment.get(PREFIX + setting.name, "")
    if not text:
        return setting.default
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise Misconfigured(
            f"{PREFIX}{setting.name} must be a whole number of at most {_MOST_DIGITS} digits.", hint=setting.help
        )
    return int(text)


def limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """Give the limits on a message that is read."""
    wanted = (MAX_FILE_SIZE, MAX_TEXT, MAX_DEPTH, MAX_ELEMENTS, MAX_FINDINGS)
    return Limits(*(value_of(setting, environment) for setting in wanted))


def example() -> str:
    """Give the text of `.env.example`."""
    parts = [
        "# Every setting with its default. Copy this to .env and remove the # before what you change.",
        "# The gateway reads the environment, not the file; load it with: set -a; . ./.env; set +a",
    ]
    for setting in SETTINGS:
        parts += ["", f"# {setting.help}", f"# {PREFIX}{setting.name}={setting.default}"]
    return "\n".join(parts) + "\n"


def page() -> str:
    """Give the documentation page."""
    parts = [
        "# Settings",
        "",
        "Made from the code by `make docs`. Settings are read from the environment; values are whole numbers without",
        "commas. `.env.example` lists them and says how to load a file of them.",
        "",
        "| Variable | Default | Meaning |",
        "| --- | --- | --- |",
    ]
    parts += [f"| `{PREFIX}{item.name}` | {item.default:,} | {item.help} |" for item in SETTINGS]
    return "\n".join(parts) + "\n"
