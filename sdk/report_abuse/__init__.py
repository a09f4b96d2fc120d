"""Report Abuse: a signed button for sites where children are.

from report_abuse import ReportAbuse

ra = ReportAbuse.from_env()      # REPORT_ABUSE_URL and REPORT_ABUSE_KEY
ra.button("chat")                # HTML to put beside the chat
"""

from report_abuse.errors import BadArgument, BadKey, Malformed, ReportAbuseError, SettingMissing
from report_abuse.keys import Key
from report_abuse.snippets import Html, ReportAbuse

__version__ = "0.1.0"

__all__ = [
    "BadArgument",
    "BadKey",
    "Html",
    "Key",
    "Malformed",
    "ReportAbuse",
    "ReportAbuseError",
    "SettingMissing",
    "__version__",
]
