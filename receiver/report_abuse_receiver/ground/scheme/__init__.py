"""Ground, scheme: the centre as data: words, codes, numbers."""
