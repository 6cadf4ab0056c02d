"""The receiver's side: look at label and manifest before anything is decrypted, and refuse what no agreement covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gateway.itp.codes import Code, Refused
from gateway.itp.label import Label
from gateway.itp.manifest import Manifest
from gateway.policy.agreement import Agreement, Handling, Status
from gateway.policy.compiled import Compiled
from gateway.policy.grounds import in_emergency
from gateway.policy.people import handling
from gateway.policy.restrictions import PROTECTED
from schemas.processes.gateways import GATEWAYS
from schemas.processes.registry import PROCESSES
from schemas.processes.spans import LONDON

NORMAL = "X0"
_CLASSES = frozenset({NORMAL, "X1", "X2", "X3", "X4"})


def receiver_policy(
    agreements: Iterable[Compiled], schemas: Mapping[str, frozenset[str]]
) -> Callable[[Label, Manifest], None]:
    """Make the check that an exchange runs on what arrives; `schemas` are the versions that we read, by name.

    It raises Refused: itp-415-schema where we do not know the process, its version, the step or the schema;
    itp-422-policy where no live agreement of ours covers the message. A recall passes between parties of an agreement,
    whatever became of it.
    """
    compiled = tuple(agreements)

    def check(label: Label, manifest: Manifest) -> None:
        found = [item for item in compiled if item.agreement.agreement_id == manifest.agreement_id]
        if manifest.recall_of is not None and any(_has_flow(item.agreement, label) for item in found):
            return
        _check_form(manifest, schemas)
        versions = [item for item in found if item.agreement.version == manifest.agreement_version]
        if len(versions) != 1:
            raise _refused("We have no such version of such an agreement.")
        _check_agreement(versions[0], label, manifest)

    return check


def _refused(text: str) -> Refused:
    return Refused(Code.POLICY, text)


def _check_form(manifest: Manifest, schemas: Mapping[str, frozenset[str]]) -> None:
    process = PROCESSES.get(manifest.process)
    if process is None or manifest.process_version != process.version:
        raise Refused(Code.SCHEMA, "We do not know this process in this version.")
    if manifest.step not in {step.name for step in process.steps}:
        raise Refused(Code.SCHEMA, "We do not know this step of the process.")
    if manifest.schema_version not in schemas.get(manifest.schema_name, frozenset()):
        raise Refused(Code.SCHEMA, "We do not read this schema in this version.")


def _check_agreement(compiled: Compiled, label: Label, manifest: Manifest) -> None:
    agreement, day = compiled.agreement, label.created.astimezone(LONDON).date()
    if agreement.status is not Status.LIVE:
        raise _refused(f"The agreement is {agreement.status}, not live.")
    emergency = in_emergency(agreement, manifest.process, manifest.legal_gateways, day)
    if not agreement.valid_from <= day <= agreement.valid_to and not emergency:
        raise _refused("The agreement is not in force on that day.")
    if not _has_flow(agreement, label):
        raise _refused("The agreement has no flow in this direction.")
    if not any(
        purpose.code == manifest.purpose and manifest.process in purpose.processes for purpose in agreement.purposes
    ):
        raise _refused("The agreement does not have this purpose for this process.")
    if not any(rule.at(manifest.process, manifest.step) for rule in compiled.rules):
        raise _refused("The agreement has no rule for this step.")
    _check_gateways(compiled, label, manifest)
    for found in sorted(_classes(manifest)):
        _check_class(agreement, found)


def _classes(manifest: Manifest) -> set[str]:
    """Give every class that is said of the content: the strictest, and those that stand beside it as handling."""
    said = [manifest.restriction, *(part.restriction for part in manifest.parts if part.restriction)]
    beside = {code for each in said for code in each.handling}
    return {each.level for each in said} | (beside & {*_CLASSES, PROTECTED})


def _has_flow(agreement: Agreement, label: Label) -> bool:
    return any((flow.sender, flow.recipient) == (label.sender, label.recipient) for flow in agreement.directions)


def _check_gateways(compiled: Compiled, label: Label, manifest: Manifest) -> None:
    day, process = label.created.astimezone(LONDON).date(), PROCESSES[manifest.process]
    for code in manifest.legal_gateways:
        gateway = GATEWAYS.get(code)
        if gateway is None or code not in compiled.agreement.lawful_basis.gateways or code not in process.gateways:
            raise _refused("A legal gateway is named that the agreement does not have for this process.")
        if not gateway.in_force(day, compiled.commenced):
            raise _refused("A legal gateway is named that is not in force.")


def _check_class(agreement: Agreement, restriction: str) -> None:
    if restriction not in _CLASSES or restriction == PROTECTED:
        raise _refused("Content of such a class is not on the gateway.")
    if restriction != NORMAL and handling(agreement, restriction) is Handling.STOP:
        raise _refused(f"The agreement lets nothing of class {restriction} through.")
