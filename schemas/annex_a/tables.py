"""The lists, as the rules name them."""

from schemas.annex_a.layout import CHILDREN, LISTS, YEARS, annex_a_layout
from schemas.rules import TableRef

_LAYOUTS = (annex_a_layout(YEARS[-1]),)

children = TableRef(CHILDREN, _LAYOUTS)
(
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
) = (TableRef(name, _LAYOUTS) for name in LISTS)
