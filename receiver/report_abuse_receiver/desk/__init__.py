"""The desk: one feature, one file, the same law through every door."""
