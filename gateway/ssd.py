"""The password of the database that holds the dataset: from the environment or a file, never from a command."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from gateway import settings
from schemas.errors import Misconfigured


def password(place: str, environment: Mapping[str, str] = os.environ) -> str:
    """Give the password for a place, empty where none is set.

    Raise Misconfigured where the place itself has one, since other users of the machine can see commands, and
    where the file cannot be read.
    """
    if "://" in place and urlsplit(place).password:
        raise Misconfigured("A password does not belong in a command.", hint=settings.SSD_PASSWORD_FILE.help)
    name = settings.text_of(settings.SSD_PASSWORD_FILE, environment)
    if not name:
        return settings.text_of(settings.SSD_PASSWORD, environment)
    try:
        return Path(name).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(
            "The file with the password of the dataset cannot be read.", hint=settings.SSD_PASSWORD_FILE.help
        ) from None
