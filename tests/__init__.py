"""The tests: each one a sentence, told through a door."""
