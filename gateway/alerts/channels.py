"""The channels that the settings name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway import settings
from gateway.alerts.mail import MailFolder
from gateway.alerts.notice import Channel
from gateway.alerts.webhook import Webhook
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How people are told: empty texts are channels that there are not. The secret is in a file."""

    webhook_url: str = field(default="", repr=False)
    webhook_secret_file: str = ""
    mail_folder: str = ""
    mail_from: str = "ics-gateway@localhost"
    mail_to: str = "operators@localhost"


def settled(environment: Mapping[str, str] = os.environ) -> ChannelSettings:
    """Read how people are told from the settings."""
    named = (
        settings.ALERT_WEBHOOK_URL,
        settings.ALERT_WEBHOOK_SECRET_FILE,
        settings.ALERT_MAIL_FOLDER,
        settings.ALERT_MAIL_FROM,
        settings.ALERT_MAIL_TO,
    )
    return ChannelSettings(*(settings.text_of(setting, environment) for setting in named))


def channels(wanted: ChannelSettings) -> tuple[Channel, ...]:
    """Make the channels. Raise Misconfigured."""
    made: list[Channel] = []
    if wanted.webhook_url:
        made.append(Webhook.of(wanted.webhook_url, _secret(wanted.webhook_secret_file)))
    if wanted.mail_folder:
        made.append(_mail(wanted))
    return tuple(made)


def _mail(wanted: ChannelSettings) -> MailFolder:
    for address in (wanted.mail_from, wanted.mail_to):
        if any(character in address for character in "\r\n"):
            raise Misconfigured("An address for alerts has a line break.")
    return MailFolder(Path(wanted.mail_folder), wanted.mail_from, wanted.mail_to)


def _secret(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured("The file with the secret of the webhook cannot be read.") from None
