"""Calls the commands of keys, directory and partners as an authority with these settings would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gateway import settings
from gateway.cli.app import run


class Desk:
    """Somebody who types commands; `at` loads the settings of an authority first."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._patch = patch

    def at(self, folder: Path | None) -> None:
        for name in os.environ:
            if name.startswith(settings.PREFIX):
                self._patch.delenv(name)
        if folder is None:
            return
        shell = f'set -a; . "{folder / "gateway.env"}"; env -0'
        said = subprocess.run(["sh", "-c", shell], capture_output=True, check=True, timeout=20)
        for line in said.stdout.decode().split("\0"):
            name, _, value = line.partition("=")
            if name.startswith(settings.PREFIX):
                self._patch.setenv(name, value)

    def run(self, *arguments: object) -> tuple[int, str, str]:
        """Give status, standard output and standard error."""
        self._capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err

    def done(self, *arguments: object) -> str:
        """Run a command that must succeed; give what it says."""
        status, out, err = self.run(*arguments)
        assert status == 0, err
        return out

    def refused(self, *arguments: object) -> str:
        """Run a command that must be refused; give the sentence."""
        status, _, err = self.run(*arguments)
        assert status == 2
        return err.partition("Error: ")[2].partition("\n")[0]
