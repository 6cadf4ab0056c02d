"""The list of commands, and what happens where none is named."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from gateway.cli.app import run
from gateway.cli.commands import COMMANDS, application


def test_without_a_command_the_help_is_shown_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    out, err = capsys.readouterr()
    assert "Usage: ics-gateway" in out + err
    assert "Error" not in out + err


def test_every_command_of_the_list_is_built() -> None:
    group = typer.main.get_command(application())
    assert sorted(group.commands) == sorted(COMMANDS)  # type: ignore[attr-defined]  # a group has it


def test_a_command_is_built_without_the_others() -> None:
    look = "print('gateway.cli.keys' in sys.modules)"
    program = f"import sys; from gateway.cli.app import run; run(['check', '--help']); {look}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
