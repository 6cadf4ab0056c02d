"""OC3: care leavers."""
