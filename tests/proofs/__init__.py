"""The long proofs: `make proof` runs them before a release."""
