"""What happens in a made-up referral episode: assessments, enquiries, plans, reviews, closure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from adapters.xml.write import Record
from schemas.cin.layout import code_set
from schemas.periods import Period
from schemas.working_days import is_working_day, working_days_after

_RETIRED_FACTORS = {"18A", "19A", "21"}
_EARLY_HELP_SINCE = 2023
_PRE_PROCEEDINGS_SINCE = 2027
_NEEDS = ("N1", "N1", "N1", "N2", "N3", "N4", "N5", "N5", "N6", "N8")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an episode stands in time: the year, and the last day on which anything may happen in it."""

    period: Period
    referral: date
    limit: date
    rng: Random

    def after(self, day: date, least: int, most: int) -> date:
        """Choose a day between `least` and `most` days after `day`."""
        return day + timedelta(days=self.rng.randint(least, most))

    def fits(self, day: date) -> bool:
        """Tell whether a day is in the year and not past the limit."""
        return self.period.start <= day <= min(self.limit, self.period.end)


def no_further_action(scene: Scene) -> Record:
    """Make a referral that ended in no further action."""
    return _referral(scene) | {"ReferralNFA": "1"}


def assessed_and_closed(scene: Scene) -> Record:
    """Make an assessment, then closure; open with a fresh assessment where the year is too short."""
    record = _referral(scene) | {"PrimaryNeedCode": scene.rng.choice(_NEEDS), "ReferralNFA": "0"}
    authorised = _assess(scene, record, closing=True)
    if authorised is not None:
        closed = scene.after(authorised, 0, 5)
        if scene.fits(closed):
            early_help = scene.period.year >= _EARLY_HELP_SINCE and scene.rng.random() < 0.3
            _close(record, closed, "RC9" if early_help else "RC8")
        else:
            _with_factors(record, scene)
    return record


def planned(scene: Scene) -> Record:
    """Make an assessment and a child in need plan, which may end with the episode."""
    record = _referral(scene) | {"PrimaryNeedCode": scene.rng.choice(_NEEDS), "ReferralNFA": "0"}
    authorised = _assess(scene, record)
    if scene.referral < scene.period.start:
        authorised = scene.referral + timedelta(days=30)
    if authorised is None:
        return record
    start = scene.after(authorised, 1, 14)
    if start > min(scene.limit, scene.period.end):
        return record
    plan: Record = {"CINPlanStartDate": start.isoformat()}
    end = scene.after(max(start, scene.period.start), 40, 300)
    if scene.fits(end):
        plan["CINPlanEndDate"] = end.isoformat()
        if scene.fits(closed := scene.after(end, 0, 7)):
            _close(record, closed, scene.rng.choice(("RC7", "RC7", "RC5", "RC3")))
    record["CINPlanDates"] = [plan]
    return record


def enquired(scene: Scene) -> Record:
    """Make a section 47 enquiry that needed no conference, beside an assessment."""
    record = _referral(scene) | {"PrimaryNeedCode": "N1", "ReferralNFA": "0"}
    _assess(scene, record)
    start = scene.after(scene.referral, 0, 6)
    if scene.fits(start) and "Assessments" in record:
        enquiry: Record = {"S47ActualStartDate": start.isoformat(), "ICPCnotRequired": "1"}
        record["Section47"] = [enquiry]
    return record


def protected(scene: Scene) -> Record:
    """Make a conference and a protection plan with reviews; step some down to a child in need plan."""
    record = _referral(scene) | {"PrimaryNeedCode": "N1", "ReferralNFA": "0"}
    _assess(scene, record)
    start = _conference(scene, record) if scene.referral >= scene.period.start else scene.after(scene.referral, 20, 40)
    if start is None or start > scene.period.end:
        return record
    plan: Record = {"CPPstartDate": start.isoformat()}
    categories = code_set("CategoryOfAbuse").values(scene.period.year)
    first = scene.rng.choice(categories)
    latest = first if scene.rng.random() < 0.8 else scene.rng.choice(categories)
    end: date | None = scene.after(max(start, scene.period.start), 100, 320)
    if end is not None and not scene.fits(end):
        end = None
    if end is not None:
        plan["CPPendDate"] = end.isoformat()
    plan |= {"InitialCategoryOfAbuse": first, "LatestCategoryOfAbuse": latest}
    plan["NumberOfPreviousCPP"] = str(scene.rng.choice((0, 0, 0, 0, 1, 1, 2)))
    if days := _review_days(start, end or scene.period.end):
        plan["Reviews"] = {"CPPreviewDate": [day.isoformat() for day in days]}
    record["ChildProtectionPlans"] = [plan]
    if end is not None:
        _step_down(scene, record, end)
    elif scene.period.year >= _PRE_PROCEEDINGS_SINCE and scene.rng.random() < 0.3:
        _begin_pre_proceedings(scene, record, max(start, scene.period.start))
    return record


def died(scene: Scene, day: date) -> Record:
    """Make an episode that was closed because the child died."""
    record = _referral(scene) | {"PrimaryNeedCode": "N2", "ReferralNFA": "0"}
    _close(record, day, "RC2")
    return record


def _referral(scene: Scene) -> Record:
    sources = code_set("ReferralSource").values(scene.period.year)
    return {"CINreferralDate": scene.referral.isoformat(), "ReferralSource": scene.rng.choice(sources)}


def _close(record: Record, day: date, reason: str) -> None:
    record |= {"CINclosureDate": day.isoformat(), "ReasonForClosure": reason}


def _assess(scene: Scene, record: Record, *, closing: bool = False) -> date | None:
    """Add the assessment that the year allows; give the day on which it was authorised, if it was."""
    start = scene.after(scene.referral, 0, 4)
    if not scene.fits(start):
        return None
    assessment: Record = {"AssessmentActualStartDate": start.isoformat()}
    authorised = scene.after(start, 8, 50)
    if scene.fits(authorised):
        assessment["AssessmentInternalReviewDate"] = scene.after(start, 3, 8).isoformat()
        assessment["AssessmentAuthorisationDate"] = authorised.isoformat()
        factors = ["21"] if closing and scene.rng.random() < 0.2 else _factors(scene)
        assessment["FactorsIdentifiedAtAssessment"] = {"AssessmentFactors": factors}
        record["Assessments"] = [assessment]
        return authorised
    record["Assessments"] = [assessment]
    return None


def _factors(scene: Scene) -> list[str]:
    codes = [code for code in code_set("AssessmentFactor").values(scene.period.year) if code not in _RETIRED_FACTORS]
    return scene.rng.sample(codes, scene.rng.choice((1, 1, 2, 2, 3, 4)))


def _with_factors(record: Record, scene: Scene) -> None:
    """Give an assessment of an episode that stays open factors other than none."""
    for assessment in record.get("Assessments", []):
        if isinstance(assessment, dict) and "FactorsIdentifiedAtAssessment" in assessment:
            assessment["FactorsIdentifiedAtAssessment"] = {"AssessmentFactors": _factors(scene)}


def _conference(scene: Scene, record: Record) -> date | None:
    """Add an enquiry that led to a conference, or the conference of a family that moved here."""
    if scene.rng.random() < 0.1:
        day = _working_day(scene.after(scene.referral, 3, 12))
        if not scene.fits(day):
            return None
        record |= {"ReferralSource": "5C", "DateOfInitialCPC": day.isoformat()}
        return day
    start = _working_day(scene.after(scene.referral, 0, 6))
    day = _working_day(scene.after(start, 6, 17))
    if not scene.fits(day) or "Assessments" not in record:
        return None
    enquiry: Record = {
        "S47ActualStartDate": start.isoformat(),
        "InitialCPCtarget": working_days_after(start, 15).isoformat(),
        "DateOfInitialCPC": day.isoformat(),
        "ICPCnotRequired": "0",
    }
    record["Section47"] = [enquiry]
    return day


def _working_day(day: date) -> date:
    while not is_working_day(day):
        day += _DAY
    return day


def _review_days(start: date, end: date) -> list[date]:
    days = []
    day = start + timedelta(days=84)
    while day <= end:
        days.append(_working_day(day))
        day += timedelta(days=175)
    return [day for day in days if day <= end]


def _step_down(scene: Scene, record: Record, day: date) -> None:
    plan: Record = {"CINPlanStartDate": day.isoformat()}
    record["CINPlanDates"] = [plan]
    end = scene.after(day, 30, 120)
    if scene.fits(end):
        plan["CINPlanEndDate"] = end.isoformat()
        _close(record, end, "RC7")


def _begin_pre_proceedings(scene: Scene, record: Record, day: date) -> None:
    steps = [day]
    for least, most in ((1, 5), (14, 30), (30, 60), (3, 10), (1, 3)):
        steps.append(scene.after(steps[-1], least, most))
    if steps[-1] > scene.period.end:
        steps = steps[:2] if steps[1] <= scene.period.end else steps[:1]
    names = (
        "PPStartDate",
        "LBPSentDate",
        "InitialPPMeetingDate",
        "StepDecisionDate",
        "CourtAppDate",
        "LetterInitCPDate",
    )
    found: Record = {name: step.isoformat() for name, step in zip(names, steps, strict=False)}
    if "LBPSentDate" in found:
        found |= {"FGDMMeetingOffer": "1", "FGDMMeetingFac": scene.rng.choice(("0", "1"))}
    if "InitialPPMeetingDate" in found:
        found |= {"ReviewMeetingsCount": str(scene.rng.randint(0, 3)), "PPOutcome": scene.rng.choice(("A", "B", "C"))}
    record["PreProceedingsandFGDM"] = [found]
