"""Dockerfile, read instruction by instruction: no engine is at hand to build it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
import typer.main

from gateway.cli.commands import application

ROOT = Path(__file__).parents[2]
KNOWN = {
    *("FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD", "ARG", "LABEL"),
    *("ADD", "VOLUME", "STOPSIGNAL", "SHELL", "ONBUILD"),
}


class Instruction(NamedTuple):
    word: str
    rest: str


def parsed(text: str) -> list[Instruction]:
    """Read a Dockerfile: comments are left out, continued lines joined (docs.docker.com, Dockerfile reference)."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]
    assert all(instruction.word in KNOWN for instruction in found), found
    return found


ALL = parsed((ROOT / "Dockerfile").read_text(encoding="utf-8"))
LAST = ALL[max(place for place, found in enumerate(ALL) if found.word == "FROM") :]


def of(word: str, among: list[Instruction] = LAST) -> list[str]:
    return [found.rest for found in among if found.word == word]


def test_both_stages_begin_from_the_same_slim_image_of_a_named_version() -> None:
    images = {rest.split()[0] for rest in of("FROM", ALL)}
    assert len(images) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-bookworm", images.pop())


def test_what_is_installed_is_locked_by_hashes() -> None:
    (install,) = [rest for rest in of("RUN", ALL) if "pip install" in rest]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert "-r /run.txt" in install
    assert "requirements/run.txt /run.txt" in of("COPY", ALL)
    assert of("ADD", ALL) == []


def test_it_runs_as_a_user_without_rights_that_the_compose_file_names_too() -> None:
    assert of("USER") == ["10001:10001"]
    after = [found.word for found in LAST[LAST.index(Instruction("USER", "10001:10001")) :]]
    assert not {"RUN", "COPY", "ADD"} & set(after)
    assert 'user: "10001:10001"' in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_nothing_secret_is_in_the_image() -> None:
    assert of("ARG", ALL) == []
    assert not re.search(r"PASS|SECRET|TOKEN|ICS_GATEWAY", " ".join(of("ENV", ALL)))


def test_it_says_whether_it_is_well() -> None:
    (check,) = of("HEALTHCHECK")
    options, _, command = check.partition("CMD ")
    assert {"--interval", "--timeout", "--start-period", "--retries"} <= {
        word.partition("=")[0] for word in options.split()
    }
    assert "/health/ready" in json.loads(command)[2]


def test_it_starts_a_command_that_exists() -> None:
    assert [json.loads(rest) for rest in of("ENTRYPOINT")] == [["python", "-m", "gateway.cli"]]
    (command,) = (json.loads(rest) for rest in of("CMD"))
    found = typer.main.get_command(application()).commands[command[0]]  # type: ignore[attr-defined]  # the top command is a group
    known = {name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in command[1:] if word.startswith("--")} <= known


@pytest.mark.parametrize("rest", [rest for rest in of("COPY", ALL) if not rest.startswith("--from=")])
def test_what_is_copied_is_there_and_let_through_to_the_engine(rest: str) -> None:
    source = rest.split(maxsplit=1)[0]
    assert (ROOT / source).exists()
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert f"!{source}" in ignored
    assert ignored[1] == "*"


def test_every_package_of_the_project_is_in_the_image() -> None:
    copied = {rest.split()[0] for rest in of("COPY", ALL)}
    packages = re.search(
        r"\[tool\.hatch\.build\.targets\.wheel\]\npackages = \[(.*)\]", (ROOT / "pyproject.toml").read_text()
    )
    assert packages
    assert set(re.findall(r'"(\w+)"', packages[1])) <= copied
