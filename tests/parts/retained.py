"""Reports that have had their time by the shipped scheme, and what is left of reports in a database."""

from datetime import timedelta

from sqlalchemy import func, select

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.schema import metadata

NOT_OURS = ("--category", "out_of_remit", "--outcome", "signposted")
#: How long the shipped scheme keeps what was another body's work.
PERIOD = timedelta(days=180)


def rows_of_reports(centre: Centre) -> dict[str, int]:
    """How many rows each table has that keeps something of one report."""
    of = ("report", "report_key", "addition", "addition_key", "return_words", "event", "decision", "legal_hold")
    with centre.database.reading() as conn:
        counts = {name: select(func.count()).select_from(metadata.tables[name]) for name in of}
        return {name: conn.scalar(count) or 0 for name, count in counts.items()}
