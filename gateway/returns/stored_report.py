"""The report of a file as it is kept: read back from its JSON as far as that tells."""

from __future__ import annotations

import json

from gateway.comparison import finding_of
from gateway.reports.formats import Format
from gateway.returns.book import File
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.errors import Damaged, NotAllowed
from gateway.store.store import Store
from schemas.findings import Outcome, Report, RuleOutcome, Source, Unlisted


def report_of(store: Store, file: File) -> Report:
    """Give the report of a file; of its outcomes those that are not passed. Raise NotAllowed before a check, Damaged.

    Which children the findings beyond the listed ones are about is not in it.
    """
    try:
        stored = json.loads(report_bytes(store, file, Format.JSON))
        findings = tuple(finding_of(item) for item in stored["findings"])
        severities = {finding.code: finding.severity for finding in findings}
        beyond = stored.get("unlisted", {}).items()
        return Report(
            stored["return"],
            stored["year"],
            stored["authority"],
            Source(**stored["source"]),
            stored["rows"],
            (
                *(RuleOutcome(code, Outcome.FAILED) for code in severities),
                *(RuleOutcome(item["code"], Outcome.NOT_EVALUATED, item["reason"]) for item in stored["not_evaluated"]),
                *(RuleOutcome(item["code"], Outcome.ERRORED, item["error"]) for item in stored["errored"]),
            ),
            findings,
            tuple(stored["notices"]),
            tuple(Unlisted(code, severities[code], count, frozenset()) for code, count in beyond),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"The kept report cannot be read ({type(error).__name__}).") from None


def report_bytes(store: Store, file: File, report_format: Format) -> bytes:
    """Give the report of a file in a format in which it is kept. Raise NotAllowed where there is none, Damaged."""
    if file.report is None:
        raise NotAllowed("There is no report: the file is not checked.", hint="Check it.")
    if file.purged is not None:
        raise NotAllowed("The report is past its time, and was deleted.")
    return b"".join(documents.pieces(store, Kind.REPORT, f"{file.document}.{report_format}"))
