"""Ofsted's list of providers of children's social care."""
