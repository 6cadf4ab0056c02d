"""An agreement under which made-up authorities of the exchange's tests may send each other the terms of the tests."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

from gateway.itp.manifest import Terms

_HEAD = """agreement_id = "{agreement}"
version = "{version}"
status = "live"
valid_from = 2020-01-01
valid_to = 2099-12-31
review_by = 2099-01-01
paper_sha256 = "{paper}"
onward = "ask"
directions = [{directions}]
author = {{ role = "governance", reference = "g1" }}
approvers = [{{ role = "manager", reference = "g2" }}]
parties = [{parties}]
purposes = [{{ code = "{purpose}", text = "A move.", processes = ["{process}"] }}]
lawful_basis = {{ article_6 = ["UK GDPR Art 6(1)(e)"], gateways = ["{gateway}"] }}
items = [{{ id = "all", need = "may", fields = ["E01", "E02"], processes = ["{process}"] }}]
retention = {{ receiver = "As its own.", sent_copy_days = 30, evidence = "As the case." }}
rights = {{ access_answered_by = "each", correction = "Tell each other." }}
"""


def write_agreement(folder: Path, organisations: Iterable[str], terms: Terms) -> None:
    """Write the agreement of some authorities, in every direction, for the process and purpose of these terms."""
    everybody = tuple(organisations)
    flows = ", ".join(f'{{ sender = "{one}", recipient = "{other}" }}' for one, other in permutations(everybody, 2))
    parties = ", ".join(f'{{ organisation = "{one}", controller = "independent" }}' for one in everybody)
    folder.mkdir(exist_ok=True)
    text = _HEAD.format(
        agreement=terms.agreement_id,
        version=terms.agreement_version,
        paper="ab" * 32,
        directions=flows,
        parties=parties,
        purpose=terms.purpose,
        process=terms.process,
        gateway=terms.legal_gateways[0],
    )
    (folder / "made-up.toml").write_text(text, encoding="utf-8")
