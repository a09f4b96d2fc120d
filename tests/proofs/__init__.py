"""The long proofs, run by `make proof`; what they measure is written to docs/proofs.md."""
