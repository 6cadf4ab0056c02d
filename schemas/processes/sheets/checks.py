"""P12: an information check, in which another body asks what is known of a person."""

from __future__ import annotations

from schemas.processes.clocks import Clock, Event, proposed
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step
from schemas.processes.sources import CHILDREN_ACT_47, PROJECT
from schemas.processes.spans import Hours, Span, WorkingDays

ASKED = ("E01", "E02", "E03", "E04", "E06", "E07", "E18", "E34", "E35", "E36", "E39")
"""What a request may carry: whom it is about, who asks and on what ground; nothing of the case itself."""


def _answer(name: str, what: str, allows: Span) -> Clock:
    return Clock.of(name, what, proposed(Event.NOTIFIED, allows))


CHECK = Process(
    code="P12",
    title="Information check (s47, court, carer approval)",
    trigger="Another authority, Cafcass, a fostering or adoption agency or a regulator asks what is known of a person.",
    column=Column.CHK,
    pace=Pace.ORDINARY,
    steps=(
        Step("request", "Who asks, why, under which gateway, about whom, over which years.", ASKED, documents=False),
        Step(
            "answer",
            "Known, not known, possible match (ask) or restricted (ring); then a dated summary by category.",
            documents=False,
        ),
        Step("documents", "Source documents, only where asked for and allowed."),
    ),
    receivers=(
        Receiver("holder", "the authority that is asked", CHILDREN_ACT_47),
        Receiver("requester", "the body that asked", CHILDREN_ACT_47),
    ),
    gateways=("LG-CA89-47", DUTY_TO_SHARE.code),
    own_clocks=(
        _answer("urgent-answer", "An urgent request is answered.", Hours(2)),
        _answer("s47-answer", "A request for a s47 enquiry is answered.", WorkingDays(1)),
        _answer("court-answer", "A request for a court is answered.", WorkingDays(5)),
        _answer("approval-answer", "A request for the approval of a carer is answered.", WorkingDays(10)),
    ),
    responsibility="It does not change.",
    sources=(CHILDREN_ACT_47, PROJECT),
    content=(
        "purpose code",
        "legal gateway",
        "urgency",
        "subject's identifiers with variants, and addresses of five years",
        "date range",
        "categories asked for",
        "whether the subjects know",
        "requester's role and return contact",
    ),
    notes=(
        "There is no time limit in statute; an urgent s47 request is answered within hours.",
        '"Not known" is itself disclosure: it is logged.',
        "An answer of not known and one of restricted come after the same time and in the same shape.",
        "Rate limits stop fishing.",
        "A negative answer says what was searched: systems and date range.",
        "Beyond s47 a check needs consent or a statute.",
    ),
)
