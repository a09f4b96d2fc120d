"""Operations: what is done by the clock, and whether it was."""
