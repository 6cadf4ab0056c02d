"""Whatever the records, the agreement and the process: nothing outside the allow-list is in any byte of a package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.case.demo.families import family
from adapters.transfer.compose import Content
from adapters.transfer.compose import compose as put_together
from adapters.transfer.documents import Looked, Outcome
from adapters.transfer.header import Header
from adapters.transfer.package import Package
from adapters.transfer.read import read
from adapters.transfer.release import only
from adapters.transfer.write import parts
from case_family import record
from gateway.itp.documents import written
from gateway.policy.compiled import Compiled
from gateway.policy.decision import Decision
from gateway.policy.decision import Outcome as Answer
from gateway.policy.mask import masked
from gateway.policy.view import Masked
from gateway.transfers import compose as glue
from gateway.transfers.compose import compose
from gateway.transfers.payload import incoming, outgoing
from policy_cases import HEAD, MANAGER, NOON, NORTH, SOUTH, TODAY, answer, compiled, item
from policy_marks import CODES, agreements, allowed_somewhere, marked
from schemas.case.record import CaseFile
from schemas.processes.registry import PROCESSES


def with_papers(case: CaseFile) -> tuple[CaseFile, dict[str, bytes], dict[str, tuple[str, str]]]:
    """Give everybody of a family a document of each of three kinds, with a mark of its own in it."""
    contents: dict[str, bytes] = {}
    planted: dict[str, tuple[str, str]] = {}
    rows = []
    for number, person in enumerate(case.person):
        for kind in ("PLAN", "ASSESSMENT", "COURT"):
            mark = f"Qd{number:03d}{kind}q"
            planted[mark] = (person.id, kind)
            content = f"Words. {mark}".encode()
            contents[sha256(content).hexdigest()] = content
            rows.append(
                record(
                    "documents",
                    f"doc-{number}-{kind}",
                    person=person.id,
                    kind=kind,
                    sha256=sha256(content).hexdigest(),
                    size=len(content),
                    media_type="text/plain",
                    third_party=False,
                    released=True,
                )
            )
    return case.with_records("documents", tuple(rows)), contents, planted


def outside(rules: Compiled, case: CaseFile, code: str, step: str, children: int = 1) -> Iterator[str]:
    """Give the fields outside the allow-list of which a mark is found in any part or in the manifest's terms."""
    with_marks, planted = marked(case)
    with_marks, contents, papers = with_papers(with_marks)
    persons = [child.id for child in with_marks.children[:children]]
    found = answer(
        rules,
        with_marks,
        *persons,
        process=code,
        step=step,
        gateways=(PROCESSES[code].gateways[0],),
        approvals=(MANAGER, HEAD),
    )
    if found.outcome is Answer.DENY:
        return
    package = compose(rules, with_marks, found, contents.get, authorised=HEAD, at=NOON)
    made = parts(package)
    assert read(made) == package
    out = outgoing(package)
    assert incoming(out.terms, out.payload.stream, sender=NORTH, receiver=SOUTH) == package
    sent = (b"".join(part.content for part in made) + written(out.terms)).decode()
    for mark, (subjects, field, kind) in planted.items():
        if mark in sent and not allowed_somewhere(rules, found.request, subjects, field, kind):
            yield field
    for mark, (person, kind) in papers.items():
        if mark in sent and not allowed_somewhere(rules, found.request, (person,), "documents.sha256", kind):
            yield f"a document of kind {kind}"
    if len(package.children) > 1:
        alone = only(package, {"child-1"})
        assert read(parts(alone)) == alone


@settings(
    max_examples=35,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data(), number=st.integers(1, 200))
def test_nothing_outside_the_allow_list_is_in_any_part_or_in_the_manifest(data: st.DataObject, number: int) -> None:
    code = data.draw(st.sampled_from(CODES))
    step = data.draw(st.sampled_from([step.name for step in PROCESSES[code].steps]))
    children = data.draw(st.sampled_from([1, 2, 9]))
    rules = data.draw(agreements(code))
    assert list(outside(rules, family(number, 7, TODAY), code, step, children)) == []


def _unmasked(_: Compiled, case: CaseFile, decision: Decision, __: object) -> Masked:
    return replace(masked(case, decision), file=case)


def _of_what_is_counted(header: Header, content: Content, _: object) -> Package:
    looked = [Looked(row.id, Outcome.ABSENT) for row in content.recorded.documents]
    return put_together(header, replace(content, records=content.recorded), looked)


BROKEN: dict[str, tuple[str, Callable[..., Any]]] = {
    "sends the file as it is": ("confirmed", _unmasked),
    "sends what is only counted": ("put_together", _of_what_is_counted),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_composer_is_caught(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search above finds each of these: what it says of the composer is worth something."""
    rules = compiled(
        item("some", "E01", "E02", "E24"),
        item("paper", "documents.kind", "documents.sha256", documents=["PLAN"]),
        item("no", "person.surname", "person.forename", "names.forename", "names.surname", need="never"),
    )
    cases = [family(number, 7, TODAY) for number in range(1, 4)]
    assert not [field for case in cases for field in outside(rules, case, "P1", "pack")]
    monkeypatch.setattr(glue, *BROKEN[broken])
    assert [field for case in cases for field in outside(rules, case, "P1", "pack")]
