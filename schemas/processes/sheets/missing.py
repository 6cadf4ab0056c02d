"""P6: a child or a family is missing, or an alert for an unborn child."""

from __future__ import annotations

from datetime import date

from schemas.processes.clocks import Clock, Event, national, proposed
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step
from schemas.processes.sources import PROJECT, Basis, Source
from schemas.processes.spans import Hours

_GUIDANCE = Source(
    "statutory guidance on children who run away or go missing, January 2014",
    Basis.GUIDANCE,
    unconfirmed="it is under review; its present status",
)
_ISSUED = date(2014, 1, 1)
_AT_ONCE = 'The source says "at once"; the hour is the target of an urgent acknowledgement.'
MINIMUM = ("E01", "E02", "E03", "E04", "E07", "E12", "E16", "E18", "E20", "E36")
"""What an alert about a missing family may carry, of E07 only the last known address."""

ALERT = Process(
    code="P6",
    title="Missing child, missing family, or unborn child alert",
    trigger="A looked-after child is missing, or a family on a protection plan or under s47 is; or an unborn child is.",
    column=Column.MIS,
    pace=Pace.URGENT,
    steps=(
        Step("alert", "A broadcast to neighbouring or all authorities, with the minimum.", MINIMUM, documents=False),
        Step("stand-down", "Found: every receiver deletes the alert and signs that it did.", (), documents=False),
        Step("return-interview", "The result, to the responsible and the host authority."),
    ),
    receivers=(
        Receiver("police", "police", _GUIDANCE),
        Receiver("responsible-authority", "responsible authority", _GUIDANCE),
        Receiver("area-authority", "area or host authority", _GUIDANCE),
        Receiver("neighbours", "neighbouring or all authorities, by alert", PROJECT, MINIMUM),
    ),
    gateways=("LG-CA89-47", "LG-CA04-10/11", "LG-CPPR10", DUTY_TO_SHARE.code),
    own_clocks=(
        Clock.of(
            "report",
            "The carer tells the police and the responsible authority; the area authority is informed.",
            national(Event.WENT_MISSING, Hours(1), _GUIDANCE, reading=_AT_ONCE, since=_ISSUED),
        ),
        Clock.of(
            "return-interview",
            "A return interview is offered by somebody independent.",
            national(Event.RETURNED, Hours(72), _GUIDANCE, since=_ISSUED),
        ),
        Clock.of(
            "stand-down",
            "The alert is recalled.",
            proposed(Event.RETURNED, Hours(1), reading="An alert ends as fast as it began."),
        ),
    ),
    responsibility="It does not change.",
    sources=(_GUIDANCE,),
    notes=(
        "An alert is kept briefly, carries no documents, and gives the last known address only.",
        "A stand-down forces deletion, with a receipt of it.",
    ),
    unconfirmed=("the present status of the guidance",),
)
