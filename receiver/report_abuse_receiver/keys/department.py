"""What the keys declare about themselves."""

from report_abuse_receiver.declarations import Job
from report_abuse_receiver.ground.keys import kinds
from report_abuse_receiver.keys import findings, rewrapping

JOBS = (Job(kind=kinds.Job.REWRAP, do=rewrapping.rewrap_some, needs_the_vault=True, slow=True),)
SETTINGS_LOOKED_AT = (findings.files,)
CENTRE_LOOKED_AT = (findings.recovery,)
