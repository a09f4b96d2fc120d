"""Audit: who did what, and what figures would give away."""
