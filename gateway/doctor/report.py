"""Show what the checks found, as JSON; the command shows the table."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gateway.doctor.finding import Finding, Standing


def healthy(findings: Sequence[Finding]) -> bool:
    """Say whether nothing failed. A warning is not a failure."""
    return all(finding.standing is not Standing.FAIL for finding in findings)


def counted(findings: Sequence[Finding]) -> dict[Standing, int]:
    """Count the findings by how they stand."""
    return {standing: sum(finding.standing is standing for finding in findings) for standing in Standing}


def as_json(findings: Sequence[Finding]) -> str:
    """Give the findings as a document."""
    document = {
        "healthy": healthy(findings),
        "summary": {standing.value: count for standing, count in counted(findings).items()},
        "findings": [
            {
                "check": finding.check,
                "standing": finding.standing.value,
                "sentence": finding.sentence,
                "action": finding.action,
            }
            for finding in findings
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
