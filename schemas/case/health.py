"""Health of a child: needs, checks, immunisations, substance misuse, strengths and difficulties; convictions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.case.base import Dated, PersonRecord
from schemas.case.fields import PERSONAL, SPECIAL, case_field
from schemas.case.types import Line, Narrative


class HealthNeed(PersonRecord):
    """A condition, allergy, medicine or consent that whoever cares for the child must know."""

    title: ClassVar[str] = "Health needs"
    dated: ClassVar[Dated | None] = Dated("Health need", ("start_date",), "end_date", ("kind",))

    kind: str | None = case_field("What it is.", SPECIAL, code_set="HealthNeedKind")
    detail: Narrative | None = case_field("In words.", SPECIAL)
    start_date: date | None = case_field("From.", SPECIAL)
    end_date: date | None = case_field("Until.", SPECIAL)


class HealthCheck(PersonRecord):
    """A health, dental or developmental check of a looked-after child."""

    title: ClassVar[str] = "Health checks"
    dated: ClassVar[Dated | None] = Dated("Health check", ("check_date",), tells=("kind", "status"))

    kind: str | None = case_field("Kind of check.", SPECIAL, code_set="HealthCheckKind", reference="CLAH003A")
    check_date: date | None = case_field("On.", SPECIAL, reference="CLAH004A")
    status: str | None = case_field("Its state.", SPECIAL, code_set="HealthCheckStatus", reference="CLAH005A")


class Immunisation(PersonRecord):
    """Whether a looked-after child's vaccinations are up to date."""

    title: ClassVar[str] = "Immunisations"
    dated: ClassVar[Dated | None] = Dated("Immunisations looked at", ("status_date",), tells=("up_to_date",))

    up_to_date: bool | None = case_field("Whether up to date.", SPECIAL, reference="CLAI004A")
    status_date: date | None = case_field("As at.", SPECIAL, reference="CLAI005A")


class SubstanceMisuse(PersonRecord):
    """Substance misuse found while a child is looked after."""

    title: ClassVar[str] = "Substance misuse"
    dated: ClassVar[Dated | None] = Dated("Substance misuse found", ("found_on",), tells=("help_received",))

    found_on: date | None = case_field("On.", SPECIAL, reference="CLAS003A")
    substance: Line | None = case_field("Which substance.", SPECIAL, reference="CLAS004A")
    help_received: bool | None = case_field("Whether help was taken up.", SPECIAL, reference="CLAS005A")


class StrengthsScore(PersonRecord):
    """A score of the strengths and difficulties questionnaire."""

    title: ClassVar[str] = "Strengths and difficulties scores"
    dated: ClassVar[Dated | None] = Dated(
        "Strengths and difficulties questionnaire", ("completed_on",), tells=("score",)
    )

    completed_on: date | None = case_field("On.", SPECIAL, reference="CSDQ003A")
    score: Annotated[int, Field(ge=0, le=40)] | None = case_field(
        "Total difficulties, 0 to 40.", SPECIAL, reference="CSDQ005A"
    )
    no_score_reason: str | None = case_field("Why no score.", SPECIAL, code_set="SdqReason", reference="CSDQ004A")


class Conviction(PersonRecord):
    """A conviction or caution while looked after."""

    title: ClassVar[str] = "Convictions"
    dated: ClassVar[Dated | None] = Dated("Offence", ("offence_date",))

    offence_date: date | None = case_field("Day of the offence.", SPECIAL, reference="CLAC003A")
    offence: Narrative | None = case_field("What it was.", SPECIAL, reference="CLAC004A")


class Voice(PersonRecord):
    """What the child said: wishes, feelings, and what the child makes of the plan."""

    title: ClassVar[str] = "Voice of the child"
    dated: ClassVar[Dated | None] = Dated("The child's view", ("said_on",), key=True)

    said_on: date | None = case_field("On.", PERSONAL)
    own_words: Narrative | None = case_field("In the child's own words.", SPECIAL)
    worries_explained: bool | None = case_field("Feels that the worries were explained.", SPECIAL, reference="VOCH002A")
    story_helped: bool | None = case_field("Words and pictures helped to understand.", SPECIAL, reference="VOCH003A")
    agrees_with_worker: bool | None = case_field("Agrees with the worker about safety.", SPECIAL, reference="VOCH004A")
    plan_clear: bool | None = case_field("Thinks the plan is clear to all.", SPECIAL, reference="VOCH005A")
    drawing_helped: bool | None = case_field("Drawing or writing helped.", SPECIAL, reference="VOCH006A")
