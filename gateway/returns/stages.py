"""The life of a file of a return, from draft to accepted: stages, and the steps between them, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.audit.events import Action
from gateway.store.errors import NotAllowed
from schemas.processes.explained import Explained


class Stage(Explained):
    """How far a file is."""

    DRAFT = "draft", "It was added, and is not checked."
    CHECKED = "checked", "It was checked; errors are to be corrected, or queries to be explained."
    EXPLAINED = "explained", "It has no errors, and every query has a note."
    SIGNED_OFF = "signed-off", "Two people have signed the file with its report and notes."
    PACKED = "packed", "It has its name for the upload."
    SUBMITTED = "submitted", "Somebody uploaded it to DfE."
    RESUBMITTED = "resubmitted", "It was uploaded in place of a file that was submitted before."
    QUERIED = "queried", "DfE asks about it or sent it back."
    ACCEPTED = "accepted", "DfE authorised it."


class Step(Explained):
    """What is done to a file."""

    ADD = "add", "Add a file to the return, as its newest."
    CHECK = "check", "Check it against every rule of its year."
    EXPLAIN = "explain", "Keep the notes on its queries."
    SIGN = "sign-off", "Sign it, as the first or the second person."
    PACK = "pack", "Give it its name, zip it, and take the checksums."
    SUBMIT = "submitted", "Record who uploaded it, and when."
    ANSWER = "answer", "Record what DfE answered."


@dataclass(frozen=True, slots=True)
class Transition:
    """From which stages a step may be done, and to which it may lead; `newest` where only to the newest file."""

    before: frozenset[Stage]
    after: frozenset[Stage]
    action: Action
    newest: bool = True


_OURS = frozenset({Stage.DRAFT, Stage.CHECKED, Stage.EXPLAINED, Stage.SIGNED_OFF, Stage.PACKED})
_SENT = frozenset({Stage.SUBMITTED, Stage.RESUBMITTED})
UPLOADED = _SENT | {Stage.QUERIED, Stage.ACCEPTED}
"""The stages of a file that was uploaded."""
FINISHED = UPLOADED | {Stage.PACKED}
"""The stages of a file that is to be produced again whenever somebody asks: it may have been uploaded."""
TRANSITIONS: Mapping[Step, Transition] = {
    Step.ADD: Transition(frozenset(), frozenset({Stage.DRAFT}), Action.RECEIVE),
    Step.CHECK: Transition(_OURS, frozenset({Stage.CHECKED, Stage.EXPLAINED}), Action.VALIDATE),
    Step.EXPLAIN: Transition(_OURS - {Stage.DRAFT}, frozenset({Stage.CHECKED, Stage.EXPLAINED}), Action.RETURN_EXPLAIN),
    Step.SIGN: Transition(
        frozenset({Stage.EXPLAINED}), frozenset({Stage.EXPLAINED, Stage.SIGNED_OFF}), Action.RETURN_SIGN
    ),
    Step.PACK: Transition(frozenset({Stage.SIGNED_OFF}), frozenset({Stage.PACKED}), Action.EXPORT),
    Step.SUBMIT: Transition(frozenset({Stage.PACKED}), _SENT, Action.RETURN_SUBMIT),
    Step.ANSWER: Transition(UPLOADED, frozenset({Stage.QUERIED, Stage.ACCEPTED}), Action.RETURN_ANSWER, newest=False),
}
"""Every step. What is not in here is not allowed."""


def check_step(step: Step, before: Stage, after: Stage) -> None:
    """Raise NotAllowed where the step does not lead from one stage to the other."""
    allowed = TRANSITIONS[step]
    if before not in allowed.before or after not in allowed.after:
        stages = ", ".join(stage for stage in Stage if stage in allowed.before)
        raise NotAllowed(f"The file is {before}: {step} is not for it now.", hint=f"It is done to what is {stages}.")
