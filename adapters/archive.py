"""What zipfile raises where an archive is not sound."""

from __future__ import annotations

import zipfile
import zlib
from importlib import import_module
from importlib.util import find_spec

# Python may have been built without it; zipfile then refuses what is packed so with a RuntimeError.
_LZMA: tuple[type[Exception], ...] = (import_module("lzma").LZMAError,) if find_spec("_lzma") else ()

# RuntimeError stands for an archive that is locked, and a kind of it for a way of packing that Python does not know.
UNSOUND: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    *_LZMA,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
"""Damaged, broken off, locked, or packed in a way that is not read."""
