"""Reports as they come in, without a page and without a draft."""

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake.receiving import Received, Submission, keep, seal_report


def submit(centre: Centre, submission: Submission) -> Received:
    """Seal and keep one, in one transaction."""
    sealed = seal_report(centre, submission)
    with centre.database.writing() as conn:
        return keep(conn, sealed)
