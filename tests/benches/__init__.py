"""Benches: what is promised of speed and room, measured and written to docs/benchmarks.md by `make bench`."""
