"""What an authority decides about who and what is sent. Each choice is one that DfE's documents leave open."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class SecondId(StrEnum):
    """What `mis_child_id` is where the case system has no second id."""

    NULL = "null"
    REPEAT = "repeat"


class WorkerId(StrEnum):
    """By which number a worker is known."""

    REGISTRATION = "registration"
    STAFF = "staff"


class Choices(BaseModel):
    """The choices, with their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    second_id: SecondId = Field(
        default=SecondId.NULL,
        description="What `mis_child_id` is where there is no second id: `null`, or `repeat` the first.",
    )
    worker_id: WorkerId = Field(
        default=WorkerId.REGISTRATION,
        description="A worker's number: Social Work England `registration`, or `staff` number.",
    )
    worker_roles: tuple[str, ...] = Field(default=("CW",), description="The roles whose allocations are sent.")
    every_episode: bool = Field(
        default=False, description="Adoption and care leaver under every episode, not only the one in force."
    )
    unborn_disabilities: bool = Field(default=True, description="Disability `NONE` for unborn children too.")
    plan_only: bool = Field(
        default=False, description="Children too who have nothing but a protection plan in the window."
    )


DEFAULT = Choices()
