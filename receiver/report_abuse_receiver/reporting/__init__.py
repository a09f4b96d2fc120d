"""Reporting: a frozen release drawn for those who read it, from its own bytes and nothing else."""
