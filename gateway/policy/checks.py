"""What is checked of an agreement when it is compiled: every name is known, and every rule can have an effect."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.policy.agreement import Agreement, Item, Need, Transform
from gateway.policy.carried import Kinds, carried
from gateway.policy.texts import CATEGORIES
from gateway.policy.transforms import fits
from schemas.case.codes import known
from schemas.errors import Misconfigured
from schemas.processes.elements import elements
from schemas.processes.gateways import GATEWAYS
from schemas.processes.registry import process_of

SAFEGUARDING = "LG-CA89-47"
"""The gateway of enquiries into significant harm: what still holds when an agreement has run out."""


def wrong(what: str, hint: str = "") -> Misconfigured:
    """Make the error of an agreement that cannot be used."""
    return Misconfigured(f"The agreement cannot be used. {what}.", hint=hint or "See the page agreements.")


def check_head(agreement: Agreement) -> None:
    """Check what the rules rest on: directions, legal gateways, purposes, emergencies."""
    for what, names in (
        ("rules have one id", [item.id for item in agreement.items]),
        ("purposes have one code", [purpose.code for purpose in agreement.purposes]),
        ("parties are one organisation", [party.organisation for party in agreement.parties]),
    ):
        if len(set(names)) < len(names):
            raise wrong(f"Two {what}")
    for flow in agreement.directions:
        if flow.sender == flow.recipient or not all(map(agreement.names_party, (flow.sender, flow.recipient))):
            raise wrong("A direction is not between two of the parties")
    for code in agreement.emergency:
        if SAFEGUARDING not in process_of(code).gateways:
            raise wrong(f"Process {code} is no statutory emergency: it does not rest on {SAFEGUARDING}")
    _check_gateways(agreement)


def _check_gateways(agreement: Agreement) -> None:
    for code in agreement.lawful_basis.gateways:
        if code not in GATEWAYS:
            raise wrong(f"There is no legal gateway {code}", f"They are {', '.join(GATEWAYS)}.")
    for purpose in agreement.purposes:
        for code in purpose.processes:
            if not set(process_of(code).gateways) & set(agreement.lawful_basis.gateways):
                raise wrong(f"No legal gateway of the agreement is one of process {code}")


def check_item(agreement: Agreement, item: Item, named: Mapping[str, Kinds]) -> None:
    """Check one rule, whose fields are resolved in `named`."""
    purposes = {code for purpose in agreement.purposes for code in purpose.processes}
    reachable: set[str] = set()
    for code in item.processes:
        process = process_of(code)
        if code not in purposes:
            raise wrong(f"Rule {item.id}: no purpose has process {code}")
        for step in item.steps:
            process.step(step)
        steps = item.steps or tuple(step.name for step in process.steps)
        reachable |= {name for step in steps for name in carried(process, step, frozenset(elements()))}
    if item.need is not Need.NEVER and not reachable & named.keys():
        raise wrong(f"Rule {item.id}: its processes carry none of its fields")
    unfit = [name for name in named if not fits(item.transform, name)]
    if unfit:
        raise wrong(f"Rule {item.id}: {unfit[0]} cannot go as {item.transform}")
    if item.need is Need.NEVER and (item.transform is not Transform.FULL or item.text or item.documents):
        raise wrong(f"Rule {item.id}: what never goes has no form")
    _check_words(item)


def _check_words(item: Item) -> None:
    for what, given, there in (
        ("category of text", item.text, CATEGORIES.keys()),
        ("kind of document", item.documents, known("DocumentKind")),
    ):
        for word in given:
            if word not in there:
                raise wrong(f"Rule {item.id}: {word} is no {what}", f"They are {', '.join(sorted(there))}.")


def check_overrides(agreement: Agreement, resolved: Mapping[str, Mapping[str, Kinds]]) -> None:
    """Check that only a more specific rule goes before one that forbids; `resolved` has each rule's fields by id."""
    by_id = {item.id: item for item in agreement.items}
    for item in agreement.items:
        for name in item.overrides:
            other = by_id.get(name)
            if other is None or other.need is not Need.NEVER or item.need is Need.NEVER:
                raise wrong(f"Rule {item.id} overrides {name}, which is no rule that forbids")
            if not resolved[item.id].keys() < resolved[name].keys():
                raise wrong(f"Rule {item.id} is no more specific than {name}, which it overrides")
