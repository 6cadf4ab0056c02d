"""P11: a young person with a youth justice order moves."""

from __future__ import annotations

from schemas.processes.clocks import Clock, Event, Rule
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step, reply
from schemas.processes.sources import Basis, Source, local
from schemas.processes.spans import Months

_GUIDANCE = Source("youth justice case management guidance: case responsibility", Basis.GUIDANCE)

MOVE = Process(
    code="P11",
    title="Youth justice: case responsibility",
    trigger="A young person under an order or licence is placed in another area or moves there.",
    column=Column.YJ,
    pace=Pace.ORDINARY,
    steps=(
        Step("notice", "The young person is in the area; the order, its conditions, the next court date."),
        Step("pack", "What the host service needs to deliver, or to take the case."),
        reply("decision", "Whether the case transfers, and from when."),
    ),
    receivers=(Receiver("host-service", "host youth justice service", _GUIDANCE),),
    gateways=("LG-CDA98-115", DUTY_TO_SHARE.code),
    own_clocks=(
        Clock.of(
            "caretaking",
            "The host service delivers for the home service before a transfer.",
            Rule("three-months", Event.MOVED, Months(3), local("one policy on caretaking")),
        ),
    ),
    responsibility=(
        "The home service keeps it while the young person is placed or has newly moved; it transfers once stable."
    ),
    sources=(_GUIDANCE,),
    documents=("assessment", "pre-sentence reports"),
    content=(
        "order and licence conditions",
        "victims (separate and restricted)",
        "intensive supervision",
        "next court date",
        "looked-after status",
    ),
    also=("cla_convictions.offence_date", "cla_convictions.offence"),
    notes=("Statutory data also flows through the national youth justice connectivity, outside this gateway.",),
    unconfirmed=("that the guidance has no fixed limit in working days",),
)
