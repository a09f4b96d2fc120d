"""Ground, operations: what is done by the clock, and whether it was."""
