"""Changes after which nothing is otherwise: the line as it is and as it became, and why nobody can tell them apart."""

_TOO_LONG_ALREADY = "no link of the right shape has more than 800 characters; the limit only saves time"
_MEMORY = "it only takes more memory"
_NEWTON = "Newton's method comes to the same row from another beginning, by another slope, or in fewer steps than this"
_COVARIANCE = "aa, ab, bb = second - mean**2, third - mean * second, fourth - second**2"
_STEADY = (
    "_STEADY = MAX_CHANGE + max(NEVER) + {}  # from this true count on nothing is forbidden, and every row is the same"
)
_FITS = 'if shown {} (self.status == "shown") or (self.observation is not None and not shown):'
_LENGTH = "if type(text) is not str or len(text) {} TOKEN_CHARACTERS:"
_MOMENT = "return sum(chance * float(change) ** power for change, chance in zip(changes, chances, strict={}))"
_NUMBER = "number = next((n for n in range({}, most + 1) if replace(row, seq=n).own_hash == row.hash), None)"
_HELD = 'held = {{name: value for name, value in vars(self).items() if name {} "hash"}}'
_FIRST = "return conn.execute(mine.limit({})).first() is not None"

THE_SAME = {
    ("TOKEN_CHARACTERS = 1024", "TOKEN_CHARACTERS = 1023"): _TOO_LONG_ALREADY,
    ("TOKEN_CHARACTERS = 1024", "TOKEN_CHARACTERS = 1025"): _TOO_LONG_ALREADY,
    (_LENGTH.format(">"), _LENGTH.format("is")): _TOO_LONG_ALREADY,
    ("@dataclass(frozen=True, slots=True)", "@dataclass(frozen=True, slots=False)"): _MEMORY,
    (_STEADY.format(1), _STEADY.format(2)): "the row of 8 is the row of 9 already",
    (_FITS.format("!="), _FITS.format("is not")): "both are True or False",
    ("", "def _solved(count: int) -> NoiseRow:"): "without its cache it only takes longer",
    ("a, b = 0.0, -0.5 / VARIANCE", "a, b = 0.0, not 0.5 / VARIANCE"): _NEWTON,
    ("for _ in range(50):", "for _ in range( 49):"): _NEWTON,
    ("for _ in range(50):", "for _ in range( 51):"): _NEWTON,
    (
        "if max(abs(mean), abs(second - VARIANCE)) < 1e-12:",
        "if max(abs(mean), abs(second - VARIANCE)) <= 1e-12:",
    ): _NEWTON,
    (_COVARIANCE, _COVARIANCE.replace("mean**2", "mean** 1")): _NEWTON,
    (_COVARIANCE, _COVARIANCE.replace("mean**2", "mean** 3")): _NEWTON,
    (_COVARIANCE, _COVARIANCE.replace("mean**2", "mean/2")): _NEWTON,
    (_COVARIANCE, _COVARIANCE.replace("second**2", "second*2")): _NEWTON,
    (_COVARIANCE, _COVARIANCE.replace("second**2", "second-2")): _NEWTON,
    (_MOMENT.format(True), _MOMENT.format(False)): "a row has as many chances as changes",
    ("if self.suite == CLASSIC:", "if self.suite >= CLASSIC:"): "of the two names, the other one comes before it",
    (_HELD.format("!="), _HELD.format("is not")): "the names of fields are one object each",
    (_FIRST.format("1"), _FIRST.format(" 2")): "the first of them is taken",
    ("if row.seq > seq:", "if row.seq != seq:"): "a smaller number was told of in the line before",
    (_NUMBER.format(1), _NUMBER.format(" 0")): "no row is written as number 0, and none is what 0 counts for",
}
