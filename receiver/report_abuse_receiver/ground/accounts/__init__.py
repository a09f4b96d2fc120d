"""Ground, accounts: the centre's people."""
