"""The pages against the code: what is generated is fresh, what exists is documented, what is named exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main

from adapters.csc_api import page as csc_api_page
from adapters.mapping import page as mapping_page
from adapters.ssd import page as ssd_page
from gateway import rulebook, settings
from gateway.api import openapi
from gateway.api.operator import openapi as operator_openapi
from gateway.audit import events
from gateway.cli.commands import application
from gateway.operator import page as permissions_page
from gateway.pipeline.run import STEPS
from gateway.pipeline.schedule import JOBS
from gateway.store.states import ENDS
from schemas.annex_a import page as annex_a_page
from schemas.annex_a.definition import ANNEX_A
from schemas.case import page as case_page
from schemas.cin.definition import CIN
from schemas.cin.layout import YEARS
from schemas.form import FORM_RULES
from schemas.processes import page as processes_page
from schemas.rules import FIRST_RULE_YEAR
from schemas.ssda903.definition import SSDA903

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
COMMANDS = (
    "check",
    "build",
    "read-back",
    "figures",
    "fix",
    "returns",
    "rules",
    "convert",
    "reference",
    "demo",
    "demo-data",
    "ssd",
    "init",
    "doctor",
    "serve",
    "worker",
    "partners",
    "directory",
    "keys",
    "messages",
    "retention",
    "maintenance",
    "sending",
    "alerts",
    "audit",
    "agreements",
    "cases",
    "transfers",
    "matching",
    "subject-access",
    "csc-api",
    "schedule",
    "operators",
)
# Folders that the project's own files are in; a path in a page that starts with one must exist.
_OWN = ("adapters", "benchmarks", "docs", "gateway", "requirements", "schemas", "tests", ".ci")
# The pages that `make docs` makes, and from what.
MADE = (
    ("docs/rules-cin.md", lambda: rulebook.markdown(CIN, rulebook.entries(CIN))),
    ("docs/rules-ssda903.md", lambda: rulebook.markdown(SSDA903, rulebook.entries(SSDA903))),
    ("docs/rules-annex-a.md", lambda: rulebook.markdown(ANNEX_A, rulebook.entries(ANNEX_A))),
    ("docs/settings.md", settings.page),
    ("docs/openapi.json", openapi.text),
    ("docs/operator-openapi.json", operator_openapi.text),
    ("docs/permissions.md", permissions_page.page),
    ("docs/audit-events.md", events.page),
    ("docs/processes.md", processes_page.page),
    ("docs/case-records.md", case_page.text),
    ("docs/annex-a-lists.md", annex_a_page.text),
    ("docs/csc-api-items.md", csc_api_page.text),
    ("docs/ssd-mapping.md", ssd_page.text),
    ("docs/mapping.md", mapping_page.text),
    (".env.example", settings.example),
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def options(command: str) -> tuple[str, ...]:
    """List the options of a command, those of its inner commands with them."""
    group = typer.main.get_command(application())
    found = group.commands[command]  # type: ignore[attr-defined]  # the top command is a group
    inner = [found, *getattr(found, "commands", {}).values()]
    return tuple(name for item in inner for parameter in item.params for name in parameter.opts if name[0] == "-")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("name", "made"), MADE)
def test_what_is_made_from_the_code_is_fresh(name: str, made: object) -> None:
    assert callable(made)
    assert text(name) == made(), "run: make docs"


def test_make_docs_makes_these_pages() -> None:
    recipe = text("Makefile").partition("\ndocs:")[2].partition("\n\n")[0]
    for name in (
        "docs/rules-cin.md",
        "docs/settings.md",
        "docs/openapi.json",
        "docs/operator-openapi.json",
        "docs/permissions.md",
        "docs/audit-events.md",
        "docs/processes.md",
        ".env.example",
    ):
        assert f"> {name}" in recipe


def test_the_commands_are_those_that_are_documented() -> None:
    assert sorted(typer.main.get_command(application()).commands) == sorted(COMMANDS)  # type: ignore[attr-defined]  # as above
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for command in COMMANDS:
        assert re.search(rf"(ics-gateway|make) {command}\b", pages), f"no page shows {command}"


@pytest.mark.parametrize(("command", "option"), [(name, option) for name in COMMANDS for option in options(name)])
def test_every_option_of_every_command_is_documented(command: str, option: str) -> None:
    section = text("docs/commands.md").partition(f"\n## ics-gateway {command}")[2].partition("\n## ")[0]
    assert f"\n| `{option}` | " in section


def test_no_page_names_an_option_that_no_command_has() -> None:
    known = {option for command in COMMANDS for option in options(command)} | {"--help"}
    for page in PAGES:
        for line in page.read_text(encoding="utf-8").splitlines():
            if "ics-gateway " in line and "apt-get" not in line:
                unknown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", line)) - known
                assert unknown == set(), f"{page.name}: {line}"


@pytest.mark.parametrize("name", [*STEPS, *(job.name for job in JOBS), *(state.value for state in ENDS)])
def test_every_step_job_and_end_is_on_the_page_of_the_exchange(name: str) -> None:
    assert f"\n| `{name}` | " in text("docs/exchange.md")


@pytest.mark.parametrize("code", [rule.code for rule in FORM_RULES])
def test_every_form_code_is_explained(code: str) -> None:
    lines = (text("docs/cin.md") + text("docs/ssda903.md")).splitlines()
    rows = [line for line in lines if line.startswith(f"| {code} |")]
    assert len(rows) == 1
    assert all(cell.strip() for cell in rows[0].strip("|").split("|"))


def test_no_form_code_is_explained_that_does_not_exist() -> None:
    named = set(re.findall(r"\bFORM\d+\b", "\n".join(page.read_text(encoding="utf-8") for page in PAGES)))
    assert named <= {rule.code for rule in FORM_RULES}


def test_every_rule_that_a_page_names_exists() -> None:
    known = {rule.code for rule in CIN.all_rules}
    for name in ("docs/cin.md", "docs/check.md", "README.md"):
        named = set(re.findall(r"(?<![\w:])\d{4}Q\b", text(name)))
        assert named <= known, name


@pytest.mark.parametrize("year", [year for year in YEARS if year >= FIRST_RULE_YEAR])
def test_the_page_of_the_census_counts_the_rules_of_the_year(year: int) -> None:
    (row,) = [line for line in text("docs/cin.md").splitlines() if re.match(rf"\| {year} \|", line)]
    assert re.match(rf"{len(CIN.rules(year))}\b", row.split("|")[3].strip())


def links() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for target in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
            yield page.relative_to(ROOT).as_posix(), target


@pytest.mark.parametrize(("page", "target"), sorted(set(links())))
def test_every_link_leads_somewhere(page: str, target: str) -> None:
    if target.startswith("https://"):
        return
    name, _, anchor = target.partition("#")
    place = (ROOT / page).parent / name if name else ROOT / page
    assert place.is_file(), f"{page} links to {target}, which is not there"
    assert place.resolve().is_relative_to(ROOT)
    assert not anchor or anchor in anchors(place)


def named_files() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        if page.name == "CHANGELOG.md":
            continue
        for code in _CODE.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
            if re.fullmatch(rf"({'|'.join(map(re.escape, _OWN))})/[\w./-]*", code):
                yield page.relative_to(ROOT).as_posix(), code


@pytest.mark.parametrize(("page", "name"), sorted(set(named_files())))
def test_every_file_that_a_page_names_exists(page: str, name: str) -> None:
    assert (ROOT / name).exists(), f"{page} names {name}, which is not there"


def test_every_page_can_be_reached_from_the_readme_or_the_index() -> None:
    reached, wanted = set[Path](), {ROOT / "README.md", ROOT / "docs" / "index.md"}
    while wanted:
        page = wanted.pop()
        reached.add(page)
        targets = (page.parent / target.partition("#")[0] for target in _LINK.findall(page.read_text(encoding="utf-8")))
        wanted |= {target.resolve() for target in targets if target.suffix == ".md" and target.is_file()} - reached
    assert set(PAGES) - {ROOT / "CHANGELOG.md"} - reached == set()


def test_every_target_of_make_is_documented_and_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", text("docs/development.md")))
    assert targets == named | (targets & {"help"})


def test_every_setting_of_the_environment_is_on_the_page() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "gateway").rglob("*.py"))
    named = set(re.findall(r"ICS_GATEWAY_([A-Z_]+)", source))
    assert named <= {setting.name for setting in settings.SETTINGS}
