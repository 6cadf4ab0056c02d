"""Ofsted's child-level lists (Annex A): read and write them, build them from case records, read them back."""
