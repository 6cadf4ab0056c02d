"""P8: private fostering, where people and not authorities must notify."""

from __future__ import annotations

from schemas.processes.clocks import Clock, Event, national
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step
from schemas.processes.sources import Basis, Source
from schemas.processes.spans import Before, Hours, Weeks, WorkingDays

_REGULATIONS = Source("Children (Private Arrangements for Fostering) Regulations 2005", Basis.LAW)

ARRANGEMENT = Process(
    code="P8",
    title="Private fostering",
    trigger="A private fostering arrangement is notified, or its carer moves to another area.",
    column=Column.PF,
    pace=Pace.ORDINARY,
    steps=(Step("notice", "The carer has moved: the carer's new address, the child, parents and holders of PR."),),
    receivers=(
        Receiver("new-authority", "authority of the carer's new address", _REGULATIONS.doubted("the wording of reg 9")),
    ),
    gateways=("LG-CA89-67", DUTY_TO_SHARE.code),
    own_clocks=(
        Clock.of(
            "carer-notice",
            "The proposing carer notifies the authority, or at once where the start is sooner.",
            national(Event.ARRANGEMENT, Before(weeks=6), _REGULATIONS),
        ),
        Clock.of(
            "running-notice",
            "Whoever already fosters or has received the child notifies the authority.",
            national(
                Event.ARRANGEMENT,
                Hours(48),
                _REGULATIONS.doubted('which case has 48 hours and which has "at once"'),
            ),
        ),
        Clock.of(
            "first-visit",
            "The authority visits.",
            national(Event.CARER_NOTICE, WorkingDays(7), _REGULATIONS),
        ),
        Clock.of(
            "next-visit",
            "The authority visits again, in the first year.",
            national(Event.VISITED, Weeks(6), _REGULATIONS),
        ),
        Clock.of(
            "later-visit",
            "The authority visits again, after the first year.",
            national(Event.VISITED, Weeks(12), _REGULATIONS),
        ),
    ),
    responsibility="The authority where the carer lives has the duties; the parents may live in a third one.",
    sources=(_REGULATIONS,),
    content=(
        "child's name, sex, date and place of birth, religion, ethnicity, language",
        "carer, parents and holders of parental responsibility; siblings' names and arrangements",
        "carer's addresses for five years",
        "who arranged it, and the intended length",
        "offences and disqualifications",
    ),
    unconfirmed=(
        "which case has 48 hours",
        "the wording of reg 9 on passing on a carer's move",
        "parts of the content of Schedule 1",
    ),
)
