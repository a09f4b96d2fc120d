"""The store: the only floor that speaks SQL, one file per noun."""
