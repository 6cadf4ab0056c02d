"""P9: a care leaver moves: a notification and a request for services, not a transfer."""

from __future__ import annotations

from datetime import date

from schemas.processes.clocks import Clock, Event, Rule
from schemas.processes.elements import Column
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step, reply
from schemas.processes.sources import Basis, Source
from schemas.processes.spans import Age

_REGULATIONS = Source("Care Leavers (England) Regulations 2010", Basis.LAW)
_SINCE = date(2011, 4, 1)

MOVE = Process(
    code="P9",
    title="Care leaver moves",
    trigger="A care leaver moves to another area.",
    column=Column.CL,
    pace=Pace.ORDINARY,
    steps=(
        Step("notice", "The young person lives in the area now; who the personal adviser is."),
        Step("request", "What is asked for: housing, the local offer."),
        reply("decision", "What the area authority will do."),
    ),
    receivers=(Receiver("area-authority", "area authority: leaving care and housing", _REGULATIONS),),
    gateways=("LG-CA89-23A-E",),
    own_clocks=(
        Clock.of(
            "responsible",
            "The authority that last looked after the young person stays responsible.",
            Rule("to-21", Event.BORN, Age(21), _REGULATIONS),
            Rule("to-25", Event.BORN, Age(25), _REGULATIONS),
        ),
    ),
    responsibility="It does not move: the authority that last looked after the young person keeps it until 21 or 25.",
    sources=(_REGULATIONS,),
    documents=("summary of the pathway plan",),
    content=("needs", "personal adviser", "what is asked for", "consent and wishes of the young adult"),
    notes=(
        "From 18 the person's own choice and capacity decide.",
        "A national protocol between authorities exists as a model; it is not law.",
    ),
    since=_SINCE,
)
