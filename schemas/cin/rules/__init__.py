"""The validation rules of the CIN census, one module per table."""

from schemas.cin.rules import (
    assessments,
    child_characteristics,
    child_identifiers,
    child_protection_plans,
    cin_details,
    cin_plans,
    disabilities,
    header,
    pre_proceedings,
    reviews,
    section_47,
)

MODULES = (
    header,
    child_identifiers,
    child_characteristics,
    disabilities,
    cin_details,
    assessments,
    cin_plans,
    section_47,
    child_protection_plans,
    reviews,
    pre_proceedings,
)
