"""Reference data that is kept on this machine: made once, then read without a network."""

from __future__ import annotations

from collections.abc import Mapping
from os import environ
from pathlib import Path

from adapters.postcodes import cache, directory
from gateway import settings


def postcode_file(environment: Mapping[str, str] = environ) -> Path:
    """Say where the postcode directory is kept."""
    return Path(settings.text_of(settings.REFERENCE_FOLDER, environment)) / cache.FILE


def postcodes(environment: Mapping[str, str] = environ) -> Path | None:
    """Give the file of the postcode directory, where it has been made."""
    path = postcode_file(environment)
    return path if path.is_file() else None


def build_postcodes(source: Path | None, environment: Mapping[str, str] = environ) -> int:
    """Make the postcode directory from a file of the ONS, else from the data package; count the postcodes.

    Raise Rejected where the source is none, Misconfigured where the package or the place to write to is missing.
    """
    read = directory.from_package() if source is None else directory.from_file(source)
    return cache.build(read, postcode_file(environment))
