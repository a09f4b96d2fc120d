"""What accounts declare about themselves."""

from report_abuse_receiver.accounts import findings
from report_abuse_receiver.declarations import Page

PAGES = (Page(endpoint="desk.approvals", words="Approvals"), Page(endpoint="desk.staff", words="Staff"))
CENTRE_LOOKED_AT = (findings.four_eyes,)
