"""The rules on the lists, one module per list and one for what the lists say together."""

from types import ModuleType

from schemas.annex_a.rules import (
    across,
    adopters,
    adoption,
    assessments,
    contacts,
    early_help,
    enquiries,
    in_care,
    in_need,
    leavers,
    protection,
    referrals,
)

MODULES: tuple[ModuleType, ...] = (
    across,
    contacts,
    early_help,
    referrals,
    assessments,
    enquiries,
    in_need,
    protection,
    in_care,
    leavers,
    adoption,
    adopters,
)
