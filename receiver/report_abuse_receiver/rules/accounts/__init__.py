"""Rules, accounts: the centre's people."""
