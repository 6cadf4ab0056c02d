"""Each kind of text: what is read from it, what is not, and how it is written back."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from adapters.ssd import forms, lists
from adapters.ssd.forms import Form, code, spellings
from adapters.ssd.lists import Keys, flags
from schemas.case.codes import known

READ: tuple[tuple[Form, str, object], ...] = (
    (forms.DATE, "2026-03-31", date(2026, 3, 31)),
    (forms.DATE, "2026-03-31 00:00:00", date(2026, 3, 31)),
    (forms.DATE, "2026-03-31T10:00:00", date(2026, 3, 31)),
    (forms.DATE, "31/03/2026", date(2026, 3, 31)),
    (forms.DATE, "31/03/2026 00:00", date(2026, 3, 31)),
    (forms.DATE, "1/4/2026", date(2026, 4, 1)),
    (forms.DATE, "01/04/26", None),
    (forms.DATE, "2026-04-011", None),
    (forms.DATE, "2026-02-30", None),
    (forms.DATE, "03/31/2026", None),
    (forms.DATE, "soon", None),
    (forms.FLAG, "Y", True),
    (forms.FLAG, "yes", True),
    (forms.FLAG, "1", True),
    (forms.FLAG, "N", False),
    (forms.FLAG, "False", False),
    (forms.FLAG, "maybe", None),
    (forms.COUNT, "12", 12),
    (forms.COUNT, "12.0", 12),
    (forms.COUNT, "0", 0),
    (forms.COUNT, "1.5", None),
    (forms.COUNT, "-1", None),
    (forms.COUNT, "two", None),
    (forms.MEASURE, "3.75", 3.75),
    (forms.MEASURE, "nan", None),
    (forms.MEASURE, "inf", None),
    (forms.MEASURE, "-0.1", None),
    (forms.KEY, "123", "123"),
    (forms.KEY, "9-F/12", "9-F/12"),
    (forms.KEY, "A B", "~412042"),
    (forms.KEY, "~412042", "~7e343132303432"),
    (forms.STAFF, "W1", "W1"),
    (forms.STAFF, "Kofi Marlowe", None),
    (forms.POSTCODE, "zz99 3cz", "ZZ99 3CZ"),
    (forms.POSTCODE, "E16AN", "E1 6AN"),
    (forms.POSTCODE, "S W 1A1 AA", "SW1A 1AA"),
    (forms.POSTCODE, "Northmere", None),
    (forms.UPN, "h801200001001", "H801200001001"),
    (forms.UPN, "H80120000100", None),
    (forms.NHS, "943 476 5919", "9434765919"),
    (forms.NHS, "94347659", None),
    (forms.URN, "sc123456", "SC123456"),
    (forms.URN, "1234567", "1234567"),
    (forms.URN, "SC12", None),
    (forms.SOCIAL_WORKER, "SW123456", "SW123456"),
    (forms.SOCIAL_WORKER, "123456", None),
    (forms.PARTIAL_DATE, "ZZ/ZZ/2019", "zz/zz/2019"),
    (forms.PARTIAL_DATE, "2019", None),
    (code("ReasonForNewEpisode"), "S", "S"),
    (code("ReasonForNewEpisode"), "S - Started to be looked after", "S"),
    (code("ReasonForNewEpisode"), "Started to be looked after", "S"),
    (code("ReasonForNewEpisode"), "p", "P"),
    (code("ReasonForNewEpisode"), "Something new", None),
    (code("ReasonEpisodeCeased"), "E4A Home, planned", "E4A"),
    (code("ReferralSource"), "10", "10"),
    (code("ReferralSource"), "1a: family", "1A"),
    (code("LegalStatus"), "Section 20", "V2"),
    (code("LegalStatus"), "Supervision order", None),
    (code("Ethnicity"), "CNHE", "CHNE"),
    (code("Ethnicity"), "MWBa", "MWBA"),
    (code("Ethnicity"), "??", None),
    (code("Sex"), "Female", "F"),
    (code("Sex"), "01", "M"),
    (code("Sex"), "Indeterminate", "U"),
    (code("CategoryOfAbuse"), "Physical", "PHY"),
    (code("CategoryOfAbuse"), "MUL", "MUL"),
    (code("Offered"), "N/A", "NA"),
    (code("LeaverActivity"), "F2", "F2"),
    # Full time and part time have the same words: nothing tells which.
    (code("LeaverActivity"), "Higher education", None),
    (code("IdentifierKind"), "Former Unique Pupil Number", "FORMER_UPN"),
    (code("HealthCheckKind"), "Health assessment", "REVIEW_HEALTH"),
    (forms.words("Gender"), "02", "Female"),
    (forms.words("Gender"), "Non-binary", "Non-binary"),
    (flags("ReferralOutcome", Keys()), '{"NFA_FLAG": "Y", "SINGLE_ASSESSMENT_FLAG": "N"}', ["NFA"]),
    (flags("ReferralOutcome", Keys()), '{"OUTCOME_NFA_FLAG":"Y","NUMBER_OF_OUTCOMES":1}', ["NFA"]),
    (flags("ReferralOutcome", Keys()), '{"NFA_FLAG": true, "CP_CONFERENCE_FLAG": 1}', ["NFA", "CP_CONFERENCE"]),
    (flags("ReferralOutcome", Keys()), '{"NFA_FLAG": "", "COMMENTS": "Yes"}', []),
    (flags("ReferralOutcome", Keys()), "No further action, Single assessment", ["NFA", "SINGLE_ASSESSMENT"]),
    (flags("CarePlanGoal", Keys(suffix="", count="")), '{"RETURN1M": "N", "ADOPTION": "Y"}', ["ADOPTION"]),
    (lists.array("AssessmentFactor"), '["1A", "2B"]', ["1A", "2B"]),
    (lists.array("AssessmentFactor"), '["1A", null, "1A", null]', ["1A"]),
    (lists.array("AssessmentFactor"), '{"1A": "Yes", "2B": "No", "3C": "Y"}', ["1A", "3C"]),
    (lists.array("AssessmentFactor"), "1A,2B", ["1A", "2B"]),
    (lists.array("AssessmentFactor"), "[]", []),
    (lists.LINES, '{"HOUSE": "12", "STREET": "The \\"Walk\\"", "TOWN": ""}', ["12", 'The "Walk"']),
    (lists.LINES, "12 Tansy Walk, Northmere", ["12 Tansy Walk", "Northmere"]),
    (lists.UPRN, '{"TOWN": "Northmere", "UPRN": "100"}', "100"),
    (lists.comments("COMMENTS"), '{"NFA_FLAG": "Y", "COMMENTS": "Told\\nof it"}', "Told\nof it"),
    (lists.comments("COMMENTS"), '{"NFA_FLAG": "Y", "COMMENTS": " "}', None),
)


def value(expression: pl.Expr, text: str) -> object:
    found = pl.DataFrame({"raw": [text]}, schema={"raw": pl.String()}).select(found=expression)["found"][0]
    return found.to_list() if isinstance(found, pl.Series) else found


@pytest.mark.parametrize(("form", "text", "expected"), READ, ids=[f"{form.name}: {text}" for form, text, _ in READ])
def test_what_is_read_from_a_text(form: Form, text: str, expected: object) -> None:
    assert value(form.read(pl.col("raw")), text) == expected


FILLERS = (
    (forms.DATE, "1900-01-01 00:00:00", True),
    (forms.DATE, "1900-01-02", False),
    (forms.KEY, "-1", True),
    (forms.KEY, "-10", False),
    # What case systems fill in where they know no postcode.
    (forms.POSTCODE, "XXXX XXX", True),
    (forms.POSTCODE, "ZZ99", True),
    (forms.POSTCODE, "No postcode", True),
    (forms.POSTCODE, "E1 6A", False),
)


@pytest.mark.parametrize(("form", "text", "expected"), FILLERS, ids=[f"{text}" for _, text, _ in FILLERS])
def test_what_stands_for_nothing(form: Form, text: str, expected: bool) -> None:
    assert value(form.filler(pl.col("raw")), text) is expected


PARTLY = (
    (flags("ReferralOutcome", Keys()), "No further action, Sent to the moon", True),
    (flags("ReferralOutcome", Keys()), "No further action", False),
    (flags("ReferralOutcome", Keys()), '{"MOON_FLAG": "Y"}', True),
    (flags("ReferralOutcome", Keys()), '{"MOON_FLAG": "N"}', False),
    (flags("ReferralOutcome", Keys()), '{"NFA_FLAG": "Y", "COMMENTS": "Told of it"}', True),
    (flags("ReferralOutcome", Keys(remark_held=True)), '{"NFA_FLAG": "Y", "COMMENTS": "Told of it"}', False),
    (lists.array("AssessmentFactor"), '["1A", "99Z"]', True),
    (lists.array("AssessmentFactor"), '["1A", null]', False),
    (lists.LINES, '{"TOWN": "Northmere", "EASTING": "5"}', True),
    (lists.LINES, '{"TOWN": "Northmere", "EASTING": ""}', False),
)


@pytest.mark.parametrize(("form", "text", "expected"), PARTLY, ids=[f"{text}" for _, text, _ in PARTLY])
def test_what_is_read_in_part(form: Form, text: str, expected: bool) -> None:
    assert value(form.left(pl.col("raw")), text) is expected


@pytest.mark.parametrize("name", sorted({"Ethnicity", "ReasonEpisodeCeased", "PlacementType", "LeaverAccommodation"}))
def test_every_code_is_read_as_itself(name: str) -> None:
    for expected in known(name):
        assert value(code(name).read(pl.col("raw")), expected) == expected


def test_every_other_spelling_is_of_a_code_of_its_set() -> None:
    for name in ("IdentifierKind", "HealthCheckKind", "Sex", "Ethnicity", "LegalStatus", "CategoryOfAbuse"):
        assert {other.code for other in spellings(name)} <= known(name)
        assert spellings(name)
