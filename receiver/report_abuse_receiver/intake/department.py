"""What intake declares about itself."""

from report_abuse_receiver.declarations import Job
from report_abuse_receiver.ground.intake import kinds
from report_abuse_receiver.intake import acknowledgement, findings

JOBS = (
    Job(kind=kinds.Job.ACKNOWLEDGE, do=acknowledgement.acknowledge),
    Job(kind=kinds.Job.MAIL_ACKNOWLEDGEMENT, do=acknowledgement.mail, needs_the_vault=True, slow=True),
)
SETTINGS_LOOKED_AT = (findings.letters,)
