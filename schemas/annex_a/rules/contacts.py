"""List 1: contacts."""

from __future__ import annotations

from schemas.annex_a.rules.shapes import of_child, of_list, of_window
from schemas.annex_a.tables import contacts

blank, unreadable, unknown_choice, after_the_day, twice = of_list(contacts, __name__)
out_of_scope = of_window(contacts, __name__)
age_differs, before_birth = of_child(contacts, __name__)
