"""Settings, each declared once: the environment is read from here, and the pages are made from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.xml.limits import Limits
from schemas.errors import Misconfigured

PREFIX = "ICS_GATEWAY_"
_MOST_DIGITS = 18
Value = TypeVar("Value", int, str)


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value]):
    """One setting: the environment variable without its prefix, and what it means."""

    name: str
    default: Value
    help: str

    @property
    def variable(self) -> str:
        """Give the name of the environment variable."""
        return PREFIX + self.name


_LIMITS = Limits()
MAX_FILE_SIZE = Setting("MAX_FILE_SIZE", _LIMITS.file_size, "Largest file that is read, in bytes.")
MAX_UPLOAD = Setting("MAX_UPLOAD", 1 << 30, "Largest file that people send through the operators' API, in bytes.")
MAX_TEXT = Setting("MAX_TEXT", _LIMITS.text, "Longest text of one element, and longest tag, in bytes.")
MAX_DEPTH = Setting("MAX_DEPTH", _LIMITS.depth, "How deep elements may stand inside each other.")
MAX_ELEMENTS = Setting("MAX_ELEMENTS", _LIMITS.elements, "Most elements in one file.")
MAX_FINDINGS = Setting(
    "MAX_FINDINGS", _LIMITS.findings, "Most findings of one rule that are listed; the others are counted."
)
DEBUG = Setting("DEBUG", 0, "1 shows the place in the code where an unexpected fault arose, never its data.")
DATABASE_URL = Setting(
    "DATABASE_URL",
    "sqlite:///ics-gateway.sqlite",
    "Where messages are stored: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE.",
)
SSD_PASSWORD_FILE = Setting(
    "SSD_PASSWORD_FILE", "", "File with the password of the database that holds the Standard Safeguarding Dataset."
)
SSD_PASSWORD = Setting("SSD_PASSWORD", "", "That password itself, where it comes as a variable and not as a file.")
STORE_KEY_FILE = Setting(
    "STORE_KEY_FILE",
    "",
    "File with the keys that encrypt stored messages; docs/store.md says how to make and rotate them.",
)
STORE_KEYS = Setting("STORE_KEYS", "", "The keys themselves, where they come as a variable and not as a file.")
ORGANISATION = Setting(
    "ORGANISATION", "", "The organisation that this gateway is, by its ODS code: urn:ics:org:ods:CODE."
)
ORIGIN = Setting("ORIGIN", "", "How partners reach this gateway: https://HOST, without a path.")
KEYS_FOLDER = Setting(
    "KEYS_FOLDER", "keys", "Folder with the private keys of this organisation; only its owner reads it."
)
ROOTS_FILE = Setting("ROOTS_FILE", "roots.json", "File with the public keys that may sign the partner directory.")
INBOX_FOLDER = Setting("INBOX_FOLDER", "inbox", "Folder where opened messages are put for the case system.")
AGREEMENTS_FOLDER = Setting(
    "AGREEMENTS_FOLDER",
    "agreements",
    "Folder with the sharing agreements (TOML); without one nothing is sent or taken. See docs/agreements.md.",
)
REFERENCE_FOLDER = Setting(
    "REFERENCE_FOLDER", "reference", "Folder with the postcode directory that `ics-gateway reference build` makes."
)
ACCEPTED_SCHEMAS = Setting(
    "ACCEPTED_SCHEMAS",
    "",
    "Contents besides case packages that the case system takes unread: NAME:VERSION, separated by commas.",
)
CARRIERS_FILE = Setting(
    "CARRIERS_FILE", "", "File (TOML) of the partners that are reached by folder, SFTP or MESH; see docs/transports.md."
)
CSC_API_FILE = Setting("CSC_API_FILE", "", "File (TOML) of the daily feed to DfE; see docs/csc-api.md.")
RETURNS_WEEKLY = Setting(
    "RETURNS_WEEKLY", "", "The returns that are checked each week, by their names: cin-2027-209,ssda903-2027-209."
)
RETURNS_WEEKLY_AT = Setting("RETURNS_WEEKLY_AT", "monday 06:00", "When, in England: the day and the time.")
SSD_SOURCE = Setting(
    "SSD_SOURCE", "", "The dataset that they are built from: a database URL without password, or a folder."
)
TLS_CERTIFICATE = Setting("TLS_CERTIFICATE", "", "Our client certificate for partners (PEM), with TLS_KEY.")
TLS_KEY = Setting("TLS_KEY", "", "The private key of TLS_CERTIFICATE (PEM).")
TLS_AUTHORITIES = Setting(
    "TLS_AUTHORITIES", "", "The authorities (PEM) that may vouch for partners' servers; none: those of the system."
)
TRUST_PROXY = Setting("TRUST_PROXY", 0, "1 where nginx ends TLS in front and names the client certificate (RFC 9440).")
PROXY_NETWORKS = Setting(
    "PROXY_NETWORKS", "127.0.0.0/8,::1/128", "The networks from which that proxy connects, separated by commas."
)
PARTNER_SECONDS = Setting("PARTNER_SECONDS", 30, "How long a partner may take to answer, in seconds.")
BROKER_URL = Setting(
    "BROKER_URL", "", "Redis for the workers: redis://HOST/0. Without it the work is done inside the process."
)
ALERT_WEBHOOK_URL = Setting("ALERT_WEBHOOK_URL", "", "The https address that alerts are posted to; see docs/alerts.md.")
ALERT_WEBHOOK_SECRET_FILE = Setting(
    "ALERT_WEBHOOK_SECRET_FILE", "", "File with the secret (whsec_...) that signs them."
)
ALERT_MAIL_FOLDER = Setting("ALERT_MAIL_FOLDER", "", "Folder where alerts are put as e-mails (.eml) to be sent.")
ALERT_MAIL_FROM = Setting("ALERT_MAIL_FROM", "ics-gateway@localhost", "Whom those e-mails come from.")
ALERT_MAIL_TO = Setting("ALERT_MAIL_TO", "operators@localhost", "Whom they go to.")
OPERATOR_ORIGIN = Setting(
    "OPERATOR_ORIGIN", "", "How people reach the operators' API: https://HOST; else the address it listens on."
)
SESSION_MINUTES = Setting("SESSION_MINUTES", 30, "How long a session lasts without a request, in minutes.")
SESSION_HOURS = Setting("SESSION_HOURS", 12, "How long a session lasts altogether, in hours.")
LOCAL_ACCOUNTS = Setting("LOCAL_ACCOUNTS", 1, "0 where people sign in through OIDC_ISSUER alone.")
OIDC_ISSUER = Setting("OIDC_ISSUER", "", "The OpenID Connect issuer that people sign in through: https://HOST/PATH.")
OIDC_CLIENT_ID = Setting("OIDC_CLIENT_ID", "", "What that issuer calls this gateway.")
OIDC_CLIENT_SECRET_FILE = Setting(
    "OIDC_CLIENT_SECRET_FILE", "", "File with the secret by which that issuer knows it; none for a public client."
)
OIDC_ROLES = Setting("OIDC_ROLES", "", "Which of the issuer's words gives which role: WORD=ROLE, separated by commas.")
OIDC_ROLES_CLAIM = Setting("OIDC_ROLES_CLAIM", "roles", "The claim of the ID token in which those words are.")
OIDC_TEAM_CLAIM = Setting("OIDC_TEAM_CLAIM", "", "The claim in which the code of the team is; none without teams.")
SETTINGS: tuple[Setting[int] | Setting[str], ...] = (
    MAX_FILE_SIZE,
    MAX_UPLOAD,
    MAX_TEXT,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_FINDINGS,
    DEBUG,
    DATABASE_URL,
    SSD_PASSWORD_FILE,
    SSD_PASSWORD,
    STORE_KEY_FILE,
    STORE_KEYS,
    ORGANISATION,
    ORIGIN,
    KEYS_FOLDER,
    ROOTS_FILE,
    INBOX_FOLDER,
    AGREEMENTS_FOLDER,
    REFERENCE_FOLDER,
    ACCEPTED_SCHEMAS,
    CARRIERS_FILE,
    CSC_API_FILE,
    RETURNS_WEEKLY,
    RETURNS_WEEKLY_AT,
    SSD_SOURCE,
    TLS_CERTIFICATE,
    TLS_KEY,
    TLS_AUTHORITIES,
    TRUST_PROXY,
    PROXY_NETWORKS,
    PARTNER_SECONDS,
    BROKER_URL,
    ALERT_WEBHOOK_URL,
    ALERT_WEBHOOK_SECRET_FILE,
    ALERT_MAIL_FOLDER,
    ALERT_MAIL_FROM,
    ALERT_MAIL_TO,
    OPERATOR_ORIGIN,
    SESSION_MINUTES,
    SESSION_HOURS,
    LOCAL_ACCOUNTS,
    OIDC_ISSUER,
    OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET_FILE,
    OIDC_ROLES,
    OIDC_ROLES_CLAIM,
    OIDC_TEAM_CLAIM,
)


def value_of(setting: Setting[int], environment: Mapping[str, str] = os.environ) -> int:
    """Read a setting; raise Misconfigured where it is no whole number from 0 that fits."""
    text = environment.get(setting.variable, "")
    if not text:
        return setting.default
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise Misconfigured(
            f"{setting.variable} must be a whole number of at most {_MOST_DIGITS} digits.", hint=setting.help
        )
    return int(text)


def text_of(setting: Setting[str], environment: Mapping[str, str] = os.environ) -> str:
    """Read a setting that is a text; an empty variable counts as not set."""
    return environment.get(setting.variable, "") or setting.default


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
        parts += ["", f"# {setting.help}", f"# {setting.variable}={setting.default}"]
    return "\n".join(parts) + "\n"


def page() -> str:
    """Give the documentation page."""
    parts = [
        "# Settings",
        "",
        "Made from the code by `make docs`. Settings are read from the environment; numbers are whole and without",
        "commas. `.env.example` lists them and says how to load a file of them. [The store](store.md) explains the",
        "database and its keys.",
        "",
        "| Variable | Default | Meaning |",
        "| --- | --- | --- |",
    ]
    parts += [f"| `{item.variable}` | {_shown(item.default)} | {item.help} |" for item in SETTINGS]
    return "\n".join(parts) + "\n"


def _shown(default: int | str) -> str:
    if isinstance(default, int):
        return f"{default:,}"
    return f"`{default}`" if default else "(none)"
