"""Casework: what analysts do with a report."""
