"""The census tables, as the rules name them."""

from schemas.cin.layout import YEARS, cin_layout
from schemas.rules import TableRef

_LAYOUTS = tuple(cin_layout(year) for year in YEARS)

header = TableRef("Header", _LAYOUTS)
identifiers = TableRef("ChildIdentifiers", _LAYOUTS)
characteristics = TableRef("ChildCharacteristics", _LAYOUTS)
disabilities = TableRef("Disabilities", _LAYOUTS)
details = TableRef("CINdetails", _LAYOUTS)
assessments = TableRef("Assessments", _LAYOUTS)
factors = TableRef("AssessmentFactorsList", _LAYOUTS)
cin_plans = TableRef("CINplanDates", _LAYOUTS)
section_47 = TableRef("Section47", _LAYOUTS)
protection_plans = TableRef("ChildProtectionPlans", _LAYOUTS)
reviews = TableRef("Reviews", _LAYOUTS)
pre_proceedings = TableRef("PreProceedings", _LAYOUTS)
