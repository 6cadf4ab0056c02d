"""Agreements, requests and case files for tests of policy: small ones, of which every part is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from case_family import family, record
from gateway.policy.agreement import Agreement
from gateway.policy.compiled import Compiled, compile_agreement
from gateway.policy.decide import decide
from gateway.policy.decision import Decision
from gateway.policy.facts import facts
from gateway.policy.mask import masked
from gateway.policy.request import Request, Staff
from gateway.policy.view import Masked
from schemas.case.record import CaseFile
from schemas.case.text import write_case
from schemas.processes.gateways import GATEWAYS

NORTH, SOUTH, EAST = (f"urn:ics:org:ods:{code}" for code in ("N99", "S99", "E99"))
TODAY = date(2026, 11, 2)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
S47 = "LG-CA89-47"
DUTY, MANAGER, HEAD = Staff("duty", "s1"), Staff("manager", "s2"), Staff("head", "s3")
EVERYTHING = {"child": ["*"], "sibling": ["*"], "parent": ["*"], "adult": ["*"]}


def item(
    identifier: str, *fields: str, need: str = "may", processes: Iterable[str] = ("P1",), **more: Any
) -> dict[str, Any]:
    """Write a rule."""
    return {"id": identifier, "need": need, "fields": list(fields), "processes": list(processes), **more}


def document(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Write an agreement between two authorities with these rules, for which all may be told of everybody."""
    processes = sorted({code for rule in items for code in rule["processes"]} | {"P1"})
    return {
        "agreement_id": "a-1",
        "version": "3",
        "status": "live",
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
        "review_by": "2027-06-30",
        "author": {"role": "governance", "reference": "g1"},
        "approvers": [{"role": "manager", "reference": "g2"}],
        "paper_sha256": "ab" * 32,
        "parties": [{"organisation": code, "controller": "independent"} for code in (NORTH, SOUTH, EAST)],
        "directions": [{"sender": NORTH, "recipient": SOUTH}],
        "purposes": [{"code": "move", "text": "A move.", "processes": processes}],
        "lawful_basis": {
            "article_6": ["UK GDPR Art 6(1)(e)"],
            "gateways": [code for code in GATEWAYS if code not in {"LG-CA04-16H", "LG-SEND14-15"}],
        },
        "items": list(items),
        "subjects": EVERYTHING,
        "retention": {"receiver": "As its own.", "sent_copy_days": 30, "evidence": "As the case."},
        "onward": "ask",
        "rights": {"access_answered_by": "each", "correction": "Tell each other."},
        **more,
    }


def agreement(*items: dict[str, Any], **more: Any) -> Agreement:
    """Give such an agreement."""
    return Agreement.model_validate_json(json.dumps(document(*items, **more)))


def compiled(*items: dict[str, Any], **more: Any) -> Compiled:
    """Give such an agreement, compiled."""
    return compile_agreement(agreement(*items, **more))


def request(case: CaseFile, *children: str, **more: Any) -> Request:
    """Ask to send the pack of P1 about children, on 2 November 2026."""
    asked: dict[str, Any] = {
        "sender": NORTH,
        "recipient": SOUTH,
        "process": "P1",
        "step": "pack",
        "purpose": "move",
        "gateways": (S47,),
        "at": NOON,
        "requester": DUTY,
    } | more
    return Request(subjects=facts(case, children, TODAY), **asked)


def answer(rules: Compiled, case: CaseFile, *children: str, **more: Any) -> Decision:
    """Decide on such a request."""
    return decide(rules, request(case, *children, **more))


def sent(rules: Compiled, case: CaseFile, *children: str, **more: Any) -> Masked:
    """Give what is sent."""
    return masked(case, answer(rules, case, *children, **more))


def written(view: Masked) -> str:
    """Give every byte that leaves in the main part: the file and the reduced values."""
    return write_case(view.file) + json.dumps([asdict(value) for value in view.reduced])


def rows(view: Masked, table: str) -> list[str]:
    """List the records of a table that are sent."""
    return [found.id for found in dict(view.file.tables())[table]]


def household(**more: list[Any]) -> CaseFile:
    """Give the small family with a school, a practice, a home and a plan for each child."""
    content = {
        "address": [
            record(
                "address",
                f"home-{who}",
                person=who,
                kind="HOME",
                lines=("1 Plain Road", "Northmere"),
                postcode="ZZ99 1AA",
                start_date=date(2022, 1, 1),
            )
            for who in ("mum", "eva", "jon")
        ],
        "education": [
            record("education", f"school-{who}", person=who, setting="Plain School", start_date=date(2023, 9, 1))
            for who in ("eva", "jon")
        ],
        "agencies": [
            record(
                "agencies",
                f"gp-{who}",
                person=who,
                kind="GP",
                name="Plain Surgery",
                contact="01632 960001",
                start_date=date(2022, 1, 1),
            )
            for who in ("eva", "jon")
        ],
        "cp_plans": [
            record(
                "cp_plans",
                f"plan-{who}",
                person=who,
                start_date=date(2026, 2, 1),
                initial_category="NEG",
                content=f"Words of {who}.",
            )
            for who in ("eva", "jon")
        ],
    }
    for table, records in more.items():
        content.setdefault(table, []).extend(records)
    return family(**content)
