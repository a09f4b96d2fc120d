"""Partners: providers and services."""
