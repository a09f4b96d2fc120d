"""Store, partners: providers and services."""
