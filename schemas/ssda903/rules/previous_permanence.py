"""PrevPerm: permanence before care."""
