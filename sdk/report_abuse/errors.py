"""Everything the SDK can raise, so that one `except` is enough.

    ReportAbuseError
    ├── BadArgument       an argument or the address of the centre is not written as it must be
    ├── BadKey            a key is damaged, of the wrong scope, or was about to be shown
    ├── SettingMissing    a setting or a key file is absent, unreadable or set twice
    └── Malformed         a text is not a link of ours (readers only; partners never meet it)

Messages say what to write instead. They never repeat the value they refuse: it may be a key.
"""


class ReportAbuseError(Exception):
    """The root: nothing else leaves this package on purpose."""


class BadArgument(ReportAbuseError):
    """An argument is not written as it must be."""


class BadKey(ReportAbuseError):
    """A key is damaged, has the wrong scope for the work, or was about to reach a page."""


class SettingMissing(ReportAbuseError):
    """A setting or a key file is absent, cannot be read, or is set twice."""


class Malformed(ReportAbuseError):
    """A text is not a link of ours."""
