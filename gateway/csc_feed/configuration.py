"""The feed's configuration: one TOML file, with the endpoint of each environment and the authority's choices."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from adapters.csc_api.choices import Choices
from gateway import settings
from schemas.csc_api.changes import Emptied
from schemas.csc_api.layout import UNSTABLE
from schemas.errors import Misconfigured

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_SECRET = re.compile(r"(file|env):.+")
_HINT = "docs/csc-api.md shows the file, part by part."


def _https(text: str) -> str:
    found = urlsplit(text)
    if found.scheme != "https" and not (found.scheme == "http" and found.hostname in _LOCAL):
        raise ValueError("must begin with https://, or http:// on this machine")
    return text.rstrip("/")


def _secret(text: str) -> str:
    if not _SECRET.fullmatch(text):
        raise ValueError("must be file:PATH or env:NAME, never the secret itself")
    return text


Address = Annotated[str, AfterValidator(_https)]
Secret = Annotated[str, AfterValidator(_secret)]
Secrets = Annotated[tuple[Secret, ...], Field(min_length=1, max_length=2)]
Environment = Literal["test", "live"]
Mode = Literal["delta", "full"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Endpoint(_Part):
    """Where one environment is, and as whom we call it."""

    address: Address = Field(description="Base address of the API, with its version, as the portal shows it.")
    token_address: Address = Field(description="Where tokens are had: `https://.../oauth2/v2.0/token`.")
    client: str = Field(description="Client id of the application.")
    scope: str = Field(description="Scope, as the portal shows it: `api://.../.default`.")
    secrets: Secrets = Field(description="Client secret, and the next one: `file:PATH` or `env:NAME` each.")
    keys: Secrets = Field(description="Subscription key, and the other one: `file:PATH` or `env:NAME` each.")
    switch_on: date | None = Field(default=None, description="From this day on the second secret and key are used.")
    proxy: Address | None = Field(default=None, description="Outbound proxy.")


class Pace(_Part):
    """How fast we send, and how large."""

    milliseconds: int = Field(default=400, ge=0, description="Between two calls, at least.")
    records: int = Field(default=100, ge=1, le=100, description="Most children in one call.")
    size: int = Field(default=1_000_000, ge=10_000, description="Largest body, in bytes.")
    seconds: int = Field(default=30, ge=5, le=60, description="How long DfE may take to answer.")


class Configuration(_Part):
    """Everything about the feed but the secrets."""

    authority: Annotated[str, Field(pattern=r"^[0-9]{3}$")] = Field(description="The authority's three digits.")
    source: str = Field(
        default="", description="The Standard Safeguarding Dataset: database URL or folder; or a folder of case files."
    )
    environment: Environment = Field(default="test", description="Where the feed goes: `test` or `live`.")
    at: time | None = Field(default=None, description="When it is sent each day, in England: `05:30:00`. Else never.")
    late_after: int = Field(default=180, ge=1, description="Minutes after which a feed that is not done is late.")
    mode: Mode = Field(default="delta", description="`delta`: what changed; `full`: every child, every day.")
    emptied: Emptied = Field(
        default=Emptied.NULL, description="How a value that became empty is told: `null`, or left out (`absent`)."
    )
    purge_aged: bool = Field(default=False, description="Remove at DfE what only grew too old to be sent.")
    unstable_ids: tuple[str, ...] = Field(
        default=(), description=f"Lists whose ids the case system issues anew each night: {' '.join(UNSTABLE)}."
    )
    most_removed: int = Field(
        default=5, ge=0, le=100, description="A run that removes something of more than so many % of children stops."
    )
    most_refused: int = Field(default=5, ge=0, le=100, description="More than so many % with faults raise an alert.")
    keep_days: int = Field(default=90, ge=1, description="How long what was sent is kept, once it is superseded.")
    user_agent: str = Field(default="ics-gateway", description="The header User-Agent: a firewall may look at it.")
    choices: Choices = Field(default=Choices(), description="Who and what is sent.")
    pace: Pace = Field(default=Pace(), description="How fast.")
    environments: dict[Environment, Endpoint] = Field(default={}, description="Where `test` and `live` are.")

    @property
    def endpoint(self) -> Endpoint:
        """Give the endpoint of the environment. Raise Misconfigured."""
        found = self.environments.get(self.environment)
        if found is None:
            raise Misconfigured(f"The environment {self.environment} is not configured.", hint=_HINT)
        return found

    @property
    def place(self) -> str:
        """Give the digest of where the feed goes and for whom: what a consent is for."""
        told = f"{self.environment}\n{self.endpoint.address}\n{self.authority}\n"
        return hashlib.sha256(told.encode()).hexdigest()


def configured(environment: Mapping[str, str] = os.environ) -> Configuration | None:
    """Read the configuration that the settings name; None where they name none. Raise Misconfigured."""
    name = settings.text_of(settings.CSC_API_FILE, environment)
    return read(Path(name)) if name else None


def needed(environment: Mapping[str, str] = os.environ) -> Configuration:
    """Read the configuration. Raise Misconfigured where there is none or it is wrong."""
    found = configured(environment)
    if found is None:
        raise Misconfigured(f"{settings.CSC_API_FILE.variable} is not set.", hint=settings.CSC_API_FILE.help)
    return found


def read(path: Path) -> Configuration:
    """Read a configuration. Raise Misconfigured; the message names fields and never shows a value."""
    try:
        return Configuration.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Misconfigured("The file of the DfE feed cannot be read.", hint=_HINT) from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        told = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in found[:5])
        raise Misconfigured(f"The file of the DfE feed is wrong. {told}.", hint=_HINT) from None


def revealed(secrets: tuple[str, ...], switch_on: date | None, today: date, environment: Mapping[str, str]) -> str:
    """Read the secret that is in use today. Raise Misconfigured; its value is never shown."""
    chosen = secrets[-1] if switch_on is not None and today >= switch_on else secrets[0]
    kind, _, name = chosen.partition(":")
    try:
        text = environment.get(name, "") if kind == "env" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured("A secret of the DfE feed cannot be read.", hint=_HINT) from None
    if not text.strip():
        raise Misconfigured("A secret of the DfE feed is empty.", hint=_HINT)
    return text.strip()
