"""Ground, feedback: the numbers that providers are told."""
