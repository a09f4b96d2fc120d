"""Rules, feedback: the numbers that providers are told."""
