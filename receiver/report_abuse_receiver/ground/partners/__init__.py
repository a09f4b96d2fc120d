"""Ground, partners: providers and services."""
