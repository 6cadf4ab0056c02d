"""The validation rules of the CIN census, one module per table."""

from schemas.cin.rules import (
    assessment_factors,
    assessments,
    child_characteristics,
    child_identifiers,
    child_protection_plans,
    cin_details,
    cin_plans,
    disabilities,
    episodes,
    header,
    pre_proceedings,
    reviews,
    section_47,
    unique_pupil_numbers,
)

MODULES = (
    header,
    child_identifiers,
    unique_pupil_numbers,
    child_characteristics,
    disabilities,
    cin_details,
    episodes,
    assessments,
    assessment_factors,
    cin_plans,
    section_47,
    child_protection_plans,
    reviews,
    pre_proceedings,
)
