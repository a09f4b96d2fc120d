"""Rules, casework: what analysts do with a report."""
