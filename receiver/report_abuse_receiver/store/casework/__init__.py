"""Store, casework: what analysts do with a report."""
