"""P5: a looked-after child is placed outside the responsible authority's area."""

from __future__ import annotations

from datetime import date

from schemas.processes.clocks import Clock, Event, national
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step, reply
from schemas.processes.sources import Basis, Source, regulation
from schemas.processes.spans import Before, SameWorkingDay, Weeks, WorkingDays

_REGULATIONS = date(2011, 4, 1)
_NOTICE = regulation("reg 13")
_PRACTICE = Source("practice; no duty in the regulations", Basis.LOCAL)
_GUIDANCE = Source("guidance on personal education plans", Basis.GUIDANCE)
_HOMES = Source("Children's Homes (England) Regulations 2015 reg 41", Basis.LAW)

_CLOCKS = (
    Clock.of(
        "notice",
        "Written notice reaches every receiver before the placement starts.",
        national(Event.PLACED, Before(), _NOTICE, since=_REGULATIONS),
    ),
    Clock.of(
        "emergency-notice",
        "Written notice of an emergency placement, unless not reasonably practicable.",
        national(Event.PLACED, WorkingDays(5), _NOTICE, since=_REGULATIONS),
    ),
    Clock.of(
        "end-notice",
        "Notice to the same receivers before the placement ends.",
        national(Event.PLACEMENT_ENDED, Before(), regulation("reg 14"), since=_REGULATIONS),
    ),
    Clock.of(
        "late-end-notice",
        "Notice of the end, where it was impracticable before.",
        national(Event.PLACEMENT_ENDED, WorkingDays(10), regulation("reg 14"), since=_REGULATIONS),
    ),
    Clock.of(
        "placement-plan",
        "The placement plan is made.",
        national(Event.PLACED, WorkingDays(5), regulation("reg 9"), since=_REGULATIONS),
    ),
    Clock.of(
        "care-plan",
        "The care plan is made.",
        national(Event.LOOKED_AFTER, WorkingDays(10), regulation("reg 4"), since=_REGULATIONS),
    ),
    Clock.of(
        "first-review",
        "The first review is held.",
        national(Event.LOOKED_AFTER, WorkingDays(20), regulation("on reviews"), since=_REGULATIONS),
    ),
    Clock.of(
        "health-assessment",
        "The initial health assessment is done: before the placement, or in time for the first review.",
        national(Event.LOOKED_AFTER, WorkingDays(20), regulation("on health assessments"), since=_REGULATIONS),
    ),
    Clock.of(
        "first-visit",
        "The child is visited in the placement.",
        national(Event.PLACED, Weeks(1), regulation("on visits"), since=_REGULATIONS),
    ),
    Clock.of(
        "education-plan",
        "The personal education plan is begun.",
        national(Event.LOOKED_AFTER, WorkingDays(10), _GUIDANCE.doubted("the 10 working days")),
    ),
    Clock.of(
        "home-notice",
        "The provider of a children's home itself tells the area authority of an admission.",
        national(
            Event.PLACED,
            SameWorkingDay(),
            _HOMES.doubted("the number of the regulation"),
            reading='The source says "without delay"; the same working day is the reading used for P1.',
        ),
    ),
    Clock.of(
        "home-end-notice",
        "The provider of a children's home itself tells the area authority of a discharge.",
        national(
            Event.PLACEMENT_ENDED,
            SameWorkingDay(),
            _HOMES.doubted("the number of the regulation"),
            reading='The source says "without delay"; the same working day is the reading used for P1.',
        ),
    ),
)

PLACEMENT = Process(
    code="P5",
    title="Looked-after child placed outside the responsible authority's area",
    trigger="A decision to place or move the child in another authority's area, or an emergency placement there.",
    column=Column.LAC,
    pace=Pace.ORDINARY,
    steps=(
        Step("consultation", "At a distance: the area authority is consulted and given the care plan (reg 11)."),
        Step("notice", "The placement: to each receiver, under its own mask."),
        Step("end-notice", "The placement ends or has ended."),
        reply("decision", "The area authority has added the child to its register; its local contacts."),
    ),
    receivers=(
        Receiver("area-authority", "area authority", regulation("reg 13(4)"), ("E24", "E26")),
        Receiver("child", "the child", _NOTICE),
        Receiver("parents", "parents", _NOTICE, withholdable=True),
        Receiver("contact-order", "holders of contact orders", _NOTICE, withholdable=True),
        Receiver("previous-carer", "previous carer", _NOTICE, withholdable=True),
        Receiver("health-commissioner", "health commissioner (ICB) of both areas", _NOTICE),
        Receiver("gp", "GP, current and new", _NOTICE),
        Receiver("education", "school or education provider", _NOTICE),
        Receiver("iro", "independent reviewing officer", _NOTICE),
        Receiver("virtual-school", "virtual school", _PRACTICE),
        Receiver("designated-nurse", "designated nurse", _PRACTICE),
        Receiver("police-missing", "police lead for missing children", _PRACTICE),
    ),
    gateways=("LG-CPPR10", "LG-CA89-20/22/22A-D", DUTY_TO_SHARE.code),
    own_clocks=_CLOCKS,
    responsibility="It stays with the responsible authority; the area authority adds the child to its register.",
    sources=(regulation("regs 11, 13 and 14"),),
    documents=("assessment of needs, and why this placement best meets them", "care plan"),
    notes=(
        "Out of area: a nominated officer approves and the area authority is notified.",
        "At a distance (not in the area nor in one that adjoins it): the director of children's services approves.",
        "At a distance the area authority is also consulted.",
        "A parent-side notice, or the address in it, may be withheld where it would put the child at risk.",
        "Older texts of the regulations name health bodies that the ICBs replaced.",
    ),
    unconfirmed=(
        "the wording on leaving the care plan out of the area authority's notice where it was supplied before",
        "the number of the regulation on notices by children's homes",
        "the 10 working days for the personal education plan",
    ),
    since=_REGULATIONS,
)
