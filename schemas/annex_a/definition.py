"""The lists as a return: layouts, rules, figures, and who their records are about."""

from schemas.annex_a import figures
from schemas.annex_a.layout import CHILD_ID, CHILDREN, MONTHS, YEARS, annex_a_layout
from schemas.annex_a.rules import MODULES
from schemas.rules import ReturnDefinition

ANNEX_A = ReturnDefinition(
    name="annex-a",
    title="Annex A child-level lists",
    years=YEARS,
    layout=annex_a_layout,
    modules=MODULES,
    child_table=CHILDREN,
    child_field=CHILD_ID,
    figures=(figures,),
    months=MONTHS,
)
