"""The CIN census as a return: layouts, rules, and who its records are about."""

from schemas.cin import figures
from schemas.cin.layout import YEARS, cin_layout
from schemas.cin.rules import MODULES
from schemas.rules import ReturnDefinition

CIN = ReturnDefinition(
    name="cin",
    title="Children in need census",
    years=YEARS,
    layout=cin_layout,
    modules=MODULES,
    child_table="ChildIdentifiers",
    child_field="LAchildID",
    figures=(figures,),
)
