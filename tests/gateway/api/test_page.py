"""The page of the API against the code."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.api import alarms, openapi
from gateway.api.documents import MAX_CHUNKS_AT_ONCE, MAX_LEASES, MAX_RECEIPTS
from gateway.api.limits import ApiLimits
from gateway.api.problems import FAULTS, MEDIA_TYPE, Fault, told
from gateway.itp.codes import Code
from gateway.itp.documents import MAX_DEPTH
from gateway.itp.request_message import Request, Response
from gateway.itp.request_signature import ALGORITHMS, LIFE, TAG
from gateway.itp.request_verification import REMEMBER, SKEW
from gateway.pipeline.offer import MOST

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
RATE = ApiLimits().rate
MINUTE = timedelta(minutes=1)
TEXT = " ".join(PAGE.split())


def rows(heading: str) -> list[list[str]]:
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith(("| `", "| A "))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_has_every_request_of_partners_with_its_good_answers() -> None:
    told_of = {row[0].strip("`"): set(re.findall(r"\b20\d\b", row[2])) for row in rows("Requests")}
    declared = {
        f"{method.upper()} {path}": {status for status in operation["responses"] if status.startswith("2")}
        for path, methods in openapi.document()["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/itp/")
    }
    assert told_of == declared
    inside = {path for path in openapi.document()["paths"] if not path.startswith("/itp/")}
    assert all(f"`{path}`" in PAGE for path in inside)


def test_the_page_explains_every_code_of_http_and_names_only_codes_that_exist() -> None:
    table = {row[0].strip("`"): row[1] for row in rows("Refusals")}
    assert table == {str(fault): FAULTS[fault] for fault in Fault}
    known = {str(code) for code in (*Code, *Fault)}
    assert set(re.findall(r"`((?:itp|http)-\d{3}-[\w-]+)`", PAGE)) <= known


def test_the_example_is_what_is_sent() -> None:
    example = json.loads(PAGE.partition("    {")[2].partition("\n\n")[0].join(("{", "")))
    assert example == told(Code.UNKNOWN).document(example["request_id"]).model_dump()
    assert f"`{MEDIA_TYPE}`" in PAGE


@pytest.mark.parametrize(
    "sentence",
    [
        f"| A body that is JSON | {ApiLimits().document >> 20} MiB |",
        f"| A sealed chunk | {ApiLimits().chunk - 16 >> 20} MiB and 16 bytes |",
        f"| Time for a body to arrive | {ApiLimits().body_seconds:.0f} seconds |",
        f"| Requests of one partner | {RATE.burst} at once, then {RATE.per_second:.0f} a second |",
        f"| Requests that are read and answered at a time | {ApiLimits().concurrent} |",
        f"as a list of base64 texts, at most {MAX_CHUNKS_AT_ONCE}",
        f"`receipts`: 1 to {MAX_RECEIPTS}",
        f"`most`: 1 to {MAX_LEASES}",
        f"`messages`, at most {MOST}",
        f"nesting beyond {MAX_DEPTH} levels",
        f"at most {LIFE // MINUTE} minutes apart; the clocks may differ by {SKEW // MINUTE} minutes",
        f"remembers it for {REMEMBER // MINUTE} minutes",
        f"`{TAG}`",
        " or ".join(f"`{algorithm.algorithm_id}`" for algorithm in ALGORITHMS.values()),
    ],
)
def test_the_numbers_of_the_page_are_those_of_the_code(sentence: str) -> None:
    assert sentence in TEXT


def test_the_page_names_what_a_signature_covers() -> None:
    request = Request("GET", "https://a.example/", ())
    typed = (("content-type", "x"),)
    section = TEXT.partition("The signature covers ")[2].partition(" The target is")[0]
    assert re.findall(r"`([\w@-]+)`", section) == list(request.with_headers(typed).covered())
    answer = TEXT.partition("Its signature covers ")[2].partition(": it cannot")[0]
    covered = {name.partition(";")[0].strip('"') for name in Response(request, 200, typed).covered()}
    assert set(re.findall(r"`([\w@-]+)`", answer)) == covered


def test_alerts_are_written_as_often_as_the_page_says() -> None:
    assert alarms.EVERY == MINUTE
