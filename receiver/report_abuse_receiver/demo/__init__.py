"""Demo: an invented centre."""
