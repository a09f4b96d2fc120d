"""The ground floor: settings, keys, sealing, the scheme, limits and errors, known to every floor above."""
