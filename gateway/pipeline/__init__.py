"""The steps that a message goes through, one verb a module, and what decides when a step is tried again."""
