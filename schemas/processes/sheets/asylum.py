"""P7: an unaccompanied asylum-seeking child is transferred under the National Transfer Scheme."""

from __future__ import annotations

from datetime import date

from schemas.processes.clocks import Clock, Event, national, proposed
from schemas.processes.elements import Column
from schemas.processes.gateways import DUTY_TO_SHARE
from schemas.processes.ladder import Pace
from schemas.processes.process import Process, Receiver, Step, reply
from schemas.processes.sources import Basis, Source
from schemas.processes.spans import Before, WorkingDays

_PROTOCOL = Source("National Transfer Scheme protocol v7.0, June 2025", Basis.LAW)
_SINCE = date(2025, 6, 1)

TRANSFER = Process(
    code="P7",
    title="Unaccompanied asylum-seeking child: National Transfer Scheme",
    trigger="The entry authority refers the child and the Home Office's scheme allocates a receiving authority.",
    column=Column.UASC,
    pace=Pace.ORDINARY,
    steps=(
        Step("referral", "The entry authority's referral, as the scheme had it."),
        Step("pack", "The direct hand-over from the entry to the receiving authority."),
        reply("decision", "Placement address and allocated social worker, before the child travels.", "E07"),
        reply("arrival", "The child has arrived."),
    ),
    receivers=(
        Receiver("scheme", "Home Office scheme, which allocates the region and authority", _PROTOCOL),
        Receiver("receiving-authority", "receiving authority", _PROTOCOL),
    ),
    gateways=("LG-IA16-69/70/72", DUTY_TO_SHARE.code),
    own_clocks=(
        Clock.of(
            "transfer",
            "The child is transferred.",
            national(
                Event.REFERRED,
                WorkingDays(10),
                _PROTOCOL.doubted("the 10 working days are from a regional summary, not from the protocol's own text"),
                since=_SINCE,
            ),
        ),
        Clock.of(
            "acceptance",
            "The receiver has given the placement address and the allocated social worker.",
            proposed(Event.TRAVEL, Before()),
        ),
    ),
    responsibility="It passes by s69; s70 is a duty to give information; authorities are under direction by s72(3).",
    sources=(_PROTOCOL, Source("Immigration Act 2016 ss69, 70 and 72", Basis.LAW)),
    content=(
        "arrival details",
        "Home Office reference",
        "age dispute and assessment",
        "trafficking referral",
        "health screening",
        "solicitor",
        "travel companions and siblings",
        "best-interests consideration and the child's view",
    ),
    also=(
        "linked_identifiers.kind",
        "linked_identifiers.value",
        "linked_identifiers.issuer",
        "linked_identifiers.start_date",
        "linked_identifiers.end_date",
    ),
    unconfirmed=("the threshold of 0.1% of the child population for v7.0", "the 10 working days in v7.0 itself"),
    version="7.0",
    since=_SINCE,
)
