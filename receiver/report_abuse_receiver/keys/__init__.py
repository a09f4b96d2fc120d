"""Keys: the vault and the other secrets."""
