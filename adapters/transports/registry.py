"""The only list of carriers, by the mode of an endpoint in the partner directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.transports.base import Carrier
from adapters.transports.folder import FolderCarrier, FolderConfig
from adapters.transports.limits import DEFAULT, Limits
from adapters.transports.mesh import MeshCarrier, MeshConfig
from adapters.transports.options import Option, configured, options
from adapters.transports.sftp import SftpCarrier, SftpConfig
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Registered:
    """One carrier: how it is made, and from what."""

    make: Callable[[Any, Limits], Carrier]
    configuration: type[Any]

    def options(self) -> tuple[Option, ...]:
        """List its settings for a form or a page."""
        return options(self.configuration)


CARRIERS: dict[str, Registered] = {
    "folder": Registered(FolderCarrier, FolderConfig),
    "sftp": Registered(SftpCarrier, SftpConfig),
    "mesh": Registered(MeshCarrier, MeshConfig),
}


def registered(mode: str) -> Registered:
    """Find a carrier by its mode. Raise Misconfigured where there is none."""
    if mode not in CARRIERS:
        raise Misconfigured(f"There is no carrier called {mode}.", hint=f"Known: {', '.join(CARRIERS)}.")
    return CARRIERS[mode]


def carrier(mode: str, values: Mapping[str, str], limits: Limits = DEFAULT) -> Carrier:
    """Make a carrier from its settings as text. Raise Misconfigured where they do not fit."""
    found = registered(mode)
    return found.make(configured(found.configuration, values), limits)
