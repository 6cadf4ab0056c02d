"""P10: adoption and permanence records, a restriction class of their own."""

from __future__ import annotations

from schemas.processes.clocks import Clock, Event, national
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step
from schemas.processes.sources import Basis, Source
from schemas.processes.spans import Months

_AGENCIES = Source("Adoption Agencies Regulations 2005 (SI 2005/389) regs 39 to 44", Basis.LAW)
_DISCLOSURE = Source("Disclosure of Adoption Information (Post-Commencement Adoptions) Regulations 2005", Basis.LAW)
_SUPPORT = Source("Adoption and Children Act 2002", Basis.LAW, unconfirmed="how adoption support is split")

RECORD = Process(
    code="P10",
    title="Adoption and permanence records",
    trigger="Another agency needs a copy of a record, or part of one, in the child's interest.",
    column=None,
    pace=Pace.ORDINARY,
    steps=(Step("record", "A copy of the record or part of it, released by two people."),),
    receivers=(Receiver("agency", "the other adoption agency or authority", _AGENCIES),),
    gateways=("LG-ACA02",),
    own_clocks=(
        Clock.of(
            "keep",
            "Section 56 information is kept.",
            national(Event.ADOPTION_ORDER, Months(1200), _DISCLOSURE),
        ),
        Clock.of(
            "support",
            "The placing authority owes adoption support; afterwards the authority where the family lives does.",
            national(Event.ADOPTION_ORDER, Months(36), _SUPPORT),
        ),
    ),
    responsibility="The agency that holds the record keeps it and records every transfer of a copy.",
    sources=(_AGENCIES, _DISCLOSURE),
    documents=("copy of the record, or part of it",),
    notes=(
        "Never included by itself; two people authorise.",
        "Identities before and after adoption are never linked; an old NHS number or UPN is never sent with a new one.",
        "After an order, disclosure is under SI 2005/888 only.",
        "Since an amendment of 2018 a looked-after record, or part of it, may be copied too.",
    ),
    unconfirmed=("how adoption support is split",),
)
