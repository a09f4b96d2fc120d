"""Accounts: the centre's people."""
