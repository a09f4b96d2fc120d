"""What operations declare about themselves."""

from report_abuse_receiver.declarations import Job
from report_abuse_receiver.ground.operations import kinds
from report_abuse_receiver.operations import findings, housekeeping

JOBS = (Job(kind=kinds.Job.HOUSEKEEPING, do=housekeeping.clean_up, period=housekeeping.period),)
CENTRE_LOOKED_AT = (findings.backups, findings.owed_work)
