"""Store, keys: the vault and the other secrets."""
