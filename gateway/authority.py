"""Open the gateway that the settings describe: its store, keys, directory, partners and clock."""

from __future__ import annotations

import os
import random
import secrets
import ssl
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from adapters.transports.base import Carrier
from adapters.transports.registry import carrier
from gateway import settings
from gateway.itp.identifiers import Organisation
from gateway.partners.keys import KeyStore
from gateway.partners.revisions import Revisions
from gateway.partners.roots import read_roots
from gateway.pipeline.exchange import Exchange, nobody
from gateway.policy.folder import Agreements
from gateway.store import migrate
from gateway.store.store import Store, open_store
from gateway.transfers import contents
from schemas.errors import Misconfigured

Clock = Callable[[], datetime]
Wake = Callable[[str, int], None]


def now() -> datetime:
    """Read this machine's clock."""
    return datetime.now(UTC)


@contextmanager
def opened(
    environment: Mapping[str, str] = os.environ, *, clock: Clock = now, wake: Wake | None = None
) -> Iterator[Exchange]:
    """Open the gateway and close it again. Raise Misconfigured where a setting, key or table is not as it must be."""
    organisation = our_organisation(environment)
    store = open_store(environment)
    try:
        migrate.check_current(store.engine)
        with _client(environment) as client:
            yield _exchange(environment, organisation, store, client, clock, wake)
    finally:
        store.engine.dispose()


def our_organisation(environment: Mapping[str, str] = os.environ) -> Organisation:
    """Give who we are. Raise Misconfigured."""
    try:
        return Organisation(settings.text_of(settings.ORGANISATION, environment))
    except ValueError:
        raise Misconfigured(
            f"{settings.ORGANISATION.variable} is missing or no organisation.", hint=settings.ORGANISATION.help
        ) from None


def _exchange(
    environment: Mapping[str, str],
    organisation: Organisation,
    store: Store,
    client: httpx.Client,
    clock: Clock,
    wake: Wake | None,
) -> Exchange:
    agreements = Agreements(Path(settings.text_of(settings.AGREEMENTS_FOLDER, environment)))
    schemas = contents.readable(settings.text_of(settings.ACCEPTED_SCHEMAS, environment))
    roots = read_roots(Path(settings.text_of(settings.ROOTS_FILE, environment)))
    revisions = Revisions(store.engine, roots, clock, organisation=organisation)
    exchange = Exchange(
        organisation=organisation,
        origin=settings.text_of(settings.ORIGIN, environment),
        store=store,
        keys=KeyStore(Path(settings.text_of(settings.KEYS_FOLDER, environment)), clock),
        directory=revisions.current,
        http=client,
        inbox=Path(settings.text_of(settings.INBOX_FOLDER, environment)),
        clock=clock,
        draw=secrets.token_bytes,
        jitter=random.SystemRandom().random,
        carriers=_carriers(environment),
        wake=wake or nobody,
        policy=contents.policy(agreements, schemas),
        scan=contents.scan,
        take=contents.take,
        agreements=agreements,
    )
    exchange.directory()
    return exchange


def _client(environment: Mapping[str, str]) -> httpx.Client:
    seconds = settings.value_of(settings.PARTNER_SECONDS, environment)
    # No proxy of the environment, and no redirect: a partner is called where the directory says, or not at all.
    return httpx.Client(verify=_tls(environment), timeout=seconds, trust_env=False, follow_redirects=False)


def _tls(environment: Mapping[str, str]) -> ssl.SSLContext:
    authorities = settings.text_of(settings.TLS_AUTHORITIES, environment)
    certificate = settings.text_of(settings.TLS_CERTIFICATE, environment)
    try:
        context = ssl.create_default_context(cafile=authorities or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if certificate:
            context.load_cert_chain(certificate, settings.text_of(settings.TLS_KEY, environment))
    except (OSError, ssl.SSLError):
        raise Misconfigured(
            "The certificates for partners cannot be read.", hint=settings.TLS_CERTIFICATE.help
        ) from None
    return context


def _carriers(environment: Mapping[str, str]) -> dict[Organisation, Carrier]:
    name = settings.text_of(settings.CARRIERS_FILE, environment)
    if not name:
        return {}
    hint = settings.CARRIERS_FILE.help
    try:
        listed = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Misconfigured("The file of carriers cannot be read.", hint=hint) from None
    return {_named(partner, hint): _carrier(values, hint) for partner, values in listed.items()}


def _named(text: str, hint: str) -> Organisation:
    try:
        return Organisation(text)
    except ValueError:
        raise Misconfigured("The file of carriers names what is no organisation.", hint=hint) from None


def _carrier(values: object, hint: str) -> Carrier:
    if not isinstance(values, dict) or not isinstance(values.get("carrier"), str):
        raise Misconfigured("A partner in the file of carriers has no carrier.", hint=hint)
    return carrier(values["carrier"], {name: str(value) for name, value in values.items() if name != "carrier"})
