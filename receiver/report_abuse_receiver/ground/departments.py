"""The departments, the same on every floor; what each declares about itself stands in its own folders."""

DEPARTMENTS = ("intake", "casework", "feedback", "partners", "accounts", "keys", "audit", "operations", "demo")
