"""The one clock: timezone-aware UTC."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, with its timezone."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC to the second with a final Z, as every listing prints it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
