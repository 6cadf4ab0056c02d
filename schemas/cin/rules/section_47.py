"""Section 47 enquiries and initial conferences."""
