"""Ground, intake: what comes in from children and others, and what goes back to whoever wrote."""
