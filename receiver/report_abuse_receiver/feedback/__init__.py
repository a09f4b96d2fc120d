"""Feedback: the numbers that providers are told."""
