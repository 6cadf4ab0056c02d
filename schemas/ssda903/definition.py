"""The looked-after return as a return: layouts, rules, and who its records are about."""

from schemas.rules import ReturnDefinition
from schemas.ssda903 import figures
from schemas.ssda903.layout import CHILDREN, YEARS, ssda903_layout
from schemas.ssda903.linking import last_year_of
from schemas.ssda903.rules import MODULES

SSDA903 = ReturnDefinition(
    name="ssda903",
    title="Children looked after return (SSDA903)",
    years=YEARS,
    layout=ssda903_layout,
    modules=MODULES,
    child_table=CHILDREN,
    child_field="CHILD",
    figures=(figures,),
    last_year=last_year_of,
)
