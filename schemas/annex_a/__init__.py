"""Ofsted's child-level lists 1 to 11, asked for at the start of an inspection (Annex A): layout, choices, rules."""
