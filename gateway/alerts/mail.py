"""Alerts as e-mail files in a folder: what a mail program or a mail server's pickup folder takes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from gateway.alerts.notice import Notice, text
from schemas.errors import Transient


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder where each notice becomes one .eml file; a notice that is told again replaces its file."""

    folder: Path
    sender: str = "ics-gateway@localhost"
    recipient: str = "operators@localhost"
    name: str = "mail-folder"

    def send(self, notice: Notice) -> None:
        """Write the file: whole or not at all, and readable by its owner alone. Raise Transient."""
        path = self.folder / f"{notice.at:%Y%m%dT%H%M%SZ}-{notice.id}.eml"
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(self._message(notice).as_bytes())
            part.replace(path)
        except OSError as error:
            raise Transient(f"The folder of alerts cannot be written ({type(error).__name__}).") from error

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = self.recipient
        message["Subject"] = f"[ics-gateway] {notice.title}"
        message["Date"] = format_datetime(notice.at)
        message["Message-ID"] = f"<{notice.id}@ics-gateway.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text(notice))
        return message
