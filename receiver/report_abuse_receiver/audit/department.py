"""What the audit declares about itself."""

from report_abuse_receiver.audit import findings, trail
from report_abuse_receiver.declarations import Job, Page
from report_abuse_receiver.ground.audit import kinds

JOBS = (Job(kind=kinds.Job.SHIP_HEAD, do=trail.ship, period=trail.period, slow=True),)
PAGES = (Page(endpoint="desk.audit", words="Audit"),)
CENTRE_LOOKED_AT = (findings.chain, findings.heads)
