"""What casework declares about itself."""

from report_abuse_receiver.casework import raising, retention, same_names
from report_abuse_receiver.declarations import Job, Page
from report_abuse_receiver.ground.casework import kinds

JOBS = (
    Job(kind=kinds.Job.RAISE_URGENCY, do=raising.raise_urgency, needs_the_vault=True),
    Job(kind=kinds.Job.SAME_NAMES, do=same_names.note_names, needs_the_vault=True),
    Job(kind=kinds.Job.PURGE, do=retention.purge_by_itself, period=retention.period),
)
PAGES = (Page(endpoint="desk.queue", words="Queue"),)
TAKE_TWO_PEOPLE = (kinds.EXPORTING,)
