"""P1 and P2: a child on a protection plan moves, for good or for a time."""

from __future__ import annotations

from schemas.processes.clocks import Clock, Event, Rule, national, proposed
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step, reply
from schemas.processes.sources import CHILDREN_ACT_47, WORKING_TOGETHER, local
from schemas.processes.spans import Hours, SameWorkingDay, Stay, WorkingDays

_NOTIFY = Clock.of(
    "notify",
    "The originating authority tells the receiving one of the move.",
    national(
        Event.AWARE,
        SameWorkingDay(),
        WORKING_TOGETHER,
        reading='The source says "at once"; the same working day is what procedures commonly make of it.',
    ),
    Rule("unplanned-24h", Event.AWARE, Hours(24), local("local procedures for unplanned moves")),
)

_CONFERENCE = Clock.of(
    "conference",
    "The receiving authority holds the transfer-in conference.",
    national(Event.NOTIFIED, WorkingDays(15), WORKING_TOGETHER),
    Rule(
        "norfolk",
        Event.PACK_COMPLETE,
        WorkingDays(15),
        local("Norfolk procedures"),
        reading="Written notification with the full pack.",
    ),
    Rule(
        "bolton", Event.NOTIFIED, WorkingDays(15), local("Bolton procedures"), reading="Written information received."
    ),
    Rule("tees", Event.ANSWERED, WorkingDays(15), local("Tees procedures"), reading="The referral was accepted."),
)

MOVE = Process(
    code="P1",
    title="Child on a child protection plan moves permanently",
    trigger="The address changes to another area, for good, while a plan is in force.",
    column=Column.CP,
    pace=Pace.PROTECTION,
    steps=(
        Step("notice", "The child is moving or has moved, and is on a plan."),
        Step("pack", "Everything that the receiving conference needs."),
        reply("decision", "Date and decision of the conference, and from when responsibility passes.", "E25"),
    ),
    receivers=(
        Receiver("front-door", "receiving authority: front door", WORKING_TOGETHER),
        Receiver("conference-service", "receiving authority: conference service", WORKING_TOGETHER),
        Receiver("health", "health services on both sides", WORKING_TOGETHER),
        Receiver("police", "police on both sides", WORKING_TOGETHER),
        Receiver("school", "schools on both sides", WORKING_TOGETHER),
        Receiver("cp-is", "CP-IS, updated by each authority", WORKING_TOGETHER),
    ),
    gateways=("LG-CA89-47", DUTY_TO_SHARE.code),
    own_clocks=(_NOTIFY, _CONFERENCE),
    responsibility=(
        "It stays with the originating authority until the conference; the originating plan may end only after it. "
        "Interim work is by agreement. The receiving authority flags the child from the move or the notice."
    ),
    sources=(WORKING_TOGETHER, CHILDREN_ACT_47),
    documents=(
        "current plan",
        "last conference record and reports",
        "latest assessment",
        "core group notes",
        "chronology",
        "genogram",
        "orders",
    ),
    notes=(
        "Siblings may go to different areas, and one may be looked after.",
        "A parent may hide the address.",
        "The child may be unborn.",
        "The plan may end while the transfer runs.",
        "A dispute on ordinary residence goes on the escalation record.",
        "The receiver's CP-IS upload starts before the sender's ends, so that there is no gap.",
    ),
)

STAY = Process(
    code="P2",
    title="Child on a child protection plan moves temporarily",
    trigger="The child goes to another area for a limited time while a plan is in force.",
    column=Column.CP,
    pace=Pace.PROTECTION,
    steps=(
        Step("notice", "The child is in the area, with the expected end."),
        reply(
            "reminder",
            "The expected end has come: the child went back, stays longer, or the move is permanent (P1).",
            "E07",
        ),
    ),
    receivers=(Receiver("front-door", "receiving authority: front door, which flags the child", WORKING_TOGETHER),),
    gateways=("LG-CA89-47", DUTY_TO_SHARE.code),
    own_clocks=(
        Clock.of(
            "notify",
            "The originating authority tells the receiving one, with the expected length.",
            national(
                Event.AWARE,
                SameWorkingDay(),
                WORKING_TOGETHER,
                reading='The source says "immediately"; the same working day is the reading used for P1.',
            ),
        ),
        Clock.of(
            "end-check",
            "The originating authority says whether the child went back; if not, P1 begins.",
            proposed(Event.EXPECTED_END, SameWorkingDay()),
        ),
        Clock.of(
            "temporary",
            "The move still counts as temporary.",
            Rule("under-15-days", Event.MOVED, Stay(14), local("an English procedure: fewer than 15 days")),
            Rule("wales", Event.MOVED, Stay(84), local("the Welsh procedure: 12 weeks")),
        ),
    ),
    responsibility="The originating authority keeps the plan.",
    sources=(WORKING_TOGETHER, CHILDREN_ACT_47),
    content=("expected end of the stay",),
    notes=("There is no national threshold between temporary and permanent; local ones differ.",),
)
