"""Rules are pure functions: no database, no clock, no Flask."""
