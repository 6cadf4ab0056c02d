"""Small census files for tests."""

from __future__ import annotations

from pathlib import Path

from schemas.findings import Finding

HEADER = """<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year>
<ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>999</LEA><SoftwareCode>test</SoftwareCode><Release>1</Release>
<SerialNo>001</SerialNo><DateTime>2026-04-06T09:30:00</DateTime></Source></Header>
"""
EPISODE = """<CINdetails><CINreferralDate>2025-06-02</CINreferralDate><ReferralSource>1A</ReferralSource>
<ReferralNFA>1</ReferralNFA></CINdetails>
"""
CHILD = """<Child><ChildIdentifiers><LAchildID>{id}</LAchildID><PersonBirthDate>2015-06-02</PersonBirthDate>
<Sex>F</Sex></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
{inside}</Child>
"""


def child(inside: str = EPISODE, identifier: str = "C1") -> str:
    return CHILD.format(id=identifier, inside=inside)


def message(*children: str, header: str = HEADER, declaration: str = "") -> str:
    return f"{declaration}<Message>\n{header}<Children>\n{''.join(children or (child(),))}</Children>\n</Message>\n"


def write(folder: Path, content: str | bytes, name: str = "census.xml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]
