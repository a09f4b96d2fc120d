"""Store, accounts: the centre's people."""
