"""Which classes of restriction are in force for somebody, from what the records say."""

from __future__ import annotations

from datetime import date

from schemas.case.record import CaseFile

HIDDEN_ADDRESS, ADOPTION, BY_PERSON, PROTECTED = "X2", "X3", "X4", "X5"


def classes(case: CaseFile, person: str, day: date) -> frozenset[str]:
    """Give the classes in force on a day.

    One that is to begin counts already, and a review that is overdue lifts none. A hidden address or placement is X2
    whether or not somebody has entered the restriction.
    """
    found = {
        row.restriction
        for row in case.restrictions
        if row.person == person and (row.end_date is None or day <= row.end_date)
    }
    hidden = any(home.person == person and (home.hidden or home.hidden_from) for home in case.address)
    if hidden or any(placement.person == person and placement.hidden for placement in case.cla_placement):
        found.add(HIDDEN_ADDRESS)
    return frozenset(found)
