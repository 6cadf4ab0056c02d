"""P3 and P4: a child in need moves, or one moves in the middle of an assessment or enquiry."""

from __future__ import annotations

from schemas.processes.clocks import Clock, Event, Rule, national, proposed
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step, reply
from schemas.processes.sources import CHILDREN_ACT_47, PROJECT, local
from schemas.processes.spans import Months, SameWorkingDay, WorkingDays

_REGIONAL = local("regional protocols on moves during an assessment")

MOVE = Process(
    code="P3",
    title="Child in need moves",
    trigger="A child with a plan under s17 moves to another area.",
    column=Column.CIN,
    pace=Pace.NEED,
    steps=(
        Step("notice", "The child is moving or has moved."),
        Step("pack", "Plan, assessment, chronology, and the family's agreement where the basis needs it."),
        reply("decision", "The receiver's decision on its threshold."),
    ),
    receivers=(Receiver("front-door", "receiving authority: front door", PROJECT),),
    gateways=("LG-CA89-17", "LG-CA89-27", DUTY_TO_SHARE.code),
    own_clocks=(
        Clock.of(
            "notify",
            "The originating authority tells the receiving front door.",
            proposed(Event.AWARE, WorkingDays(2)),
            Rule(
                "multi-agency",
                Event.AWARE,
                WorkingDays(5),
                local("a multi-agency protocol: each professional tells the others"),
            ),
        ),
        Clock.of(
            "handover",
            "Both hold a joint meeting or hand over.",
            proposed(
                Event.NOTIFIED,
                WorkingDays(20),
                reading="The default names no start; the strictest common one, the notification, is used.",
            ),
        ),
    ),
    responsibility="It passes when the receiver accepts; the receiver decides on its own threshold.",
    sources=(PROJECT,),
    documents=("plan", "assessment", "chronology", "the family's agreement where the basis needs it"),
    notes=("There is no national time limit.",),
)

UNDERWAY = Process(
    code="P4",
    title="Move during assessment, s47 enquiry or pre-proceedings, or after a plan that ended recently",
    trigger="A child moves while work is under way, or within six months after a protection plan ended.",
    column=Column.CIN,
    pace=Pace.NEED,
    steps=(
        Step("notice", "The child is moving or has moved, and what is under way."),
        Step("joint-working", "A named lead for each action, agreed by both managers."),
        Step("pack", "What the authority that goes on needs."),
        reply("decision", "Who is responsible for what, from when."),
    ),
    receivers=(Receiver("front-door", "receiving authority: front door and the manager named by it", _REGIONAL),),
    gateways=("LG-CA89-47", "LG-CA89-17", "LG-CA89-27", DUTY_TO_SHARE.code),
    own_clocks=(
        Clock.of(
            "strategy-discussion",
            "Both authorities hold a strategy discussion, where there is reason to suspect significant harm.",
            national(
                Event.AWARE,
                SameWorkingDay(),
                CHILDREN_ACT_47,
                reading='The source says "immediate"; the same working day is the reading used for P1.',
            ),
        ),
        Clock.of(
            "recently-ended",
            "The plan still counts as recently ended.",
            Rule("regional", Event.PLAN_ENDED, Months(6), _REGIONAL),
        ),
    ),
    responsibility=(
        "The authority that started an assessment normally finishes it, unless the managers agree otherwise. "
        "The duty of s47 lies where the child lives or is found."
    ),
    sources=(CHILDREN_ACT_47, _REGIONAL),
    notes=("Where a s47 enquiry runs, the acknowledgements of P1 apply.",),
)
