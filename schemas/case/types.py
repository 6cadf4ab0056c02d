"""The checked types that fields of case records have: what does not fit is refused, never mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from schemas.authorities import dfe_codes, ons_codes
from schemas.cin.layout import code_set
from schemas.identifiers import (
    is_establishment,
    is_nhs_number,
    is_social_worker_number,
    is_uln,
    is_upn,
    is_urn,
)

_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
_NO_CONTROL_BUT_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"


def _checked(check: Callable[[str], bool], what: str) -> AfterValidator:
    def fits(text: str) -> str:
        if not check(text):
            raise ValueError(f"is no {what}")
        return text

    return AfterValidator(fits)


def _upn(text: str) -> bool:
    return is_upn(text, frozenset(code.value for code in code_set("UPNAuthority").codes))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("has no time zone")
    return moment.astimezone(UTC)


# An identifier that says nothing of whose it is: no white space, so that it can stand in a name or a path.
Key = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._:@~+/=-]+$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=_NO_CONTROL)]
Narrative = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=_NO_CONTROL_BUT_LINES)]
JsonText = Annotated[str, StringConstraints(min_length=1, max_length=150_000, pattern=_NO_CONTROL)]
Moment = Annotated[datetime, AfterValidator(_utc)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Measure = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Postcode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MediaType = Annotated[str, StringConstraints(max_length=127, pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
# A day of which parts may be unknown: zz/zz/2019.
PartialDate = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|zz)/([0-9]{2}|zz)/([0-9]{4}|zzzz)$")]

NHSNumber = Annotated[str, _checked(is_nhs_number, "NHS number with its check digit")]
UPN = Annotated[str, _checked(_upn, "unique pupil number with its check letter and an authority's number")]
ULN = Annotated[str, _checked(is_uln, "unique learner number with its check digit")]
Establishment = Annotated[str, _checked(lambda text: is_establishment(text, dfe_codes()), "establishment number")]
URN = Annotated[str, _checked(is_urn, "unique reference number")]
SocialWorkerNumber = Annotated[str, _checked(is_social_worker_number, "Social Work England number")]
AuthorityCode = Annotated[str, _checked(lambda text: text in dfe_codes(), "DfE code of an authority, past or present")]
OnsCode = Annotated[str, _checked(lambda text: text in ons_codes(), "ONS code of an authority, past or present")]
