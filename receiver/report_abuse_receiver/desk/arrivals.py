"""Arrivals: a child comes through a button, a link or the front door; nothing here may keep a child out."""

from sqlalchemy.exc import SQLAlchemyError

from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.directory import known_provider
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.rules import attribution as rules
from report_abuse_receiver.rules.attribution import Attribution
from report_abuse_receiver.rules.disclosure import new_record_key
from report_abuse_receiver.rules.periods import month_of
from report_abuse_receiver.store import counters


def look(centre: Centre, text: str) -> Attribution:
    """Which button was pressed. Never raises; with the database down a link is `unknown-provider` until it is back."""
    try:
        return rules.attribute(text, lambda provider: known_provider(centre, provider))
    except StoreTrouble as error:
        logs.warn("attribution-without-directory", error=error)
        return rules.attribute(text, lambda _: None)


def site_name(centre: Centre, attribution: Attribution) -> str | None:
    """What to call the site the child came from, or None where it is not known."""
    try:
        provider = known_provider(centre, attribution.provider) if attribution.provider else None
    except StoreTrouble:
        return None
    return provider.name if provider else None


def judge_origin(centre: Centre, attribution: Attribution, *, origin: str | None, referer: str | None) -> str:
    """Whether the page that sent the child is one of the provider's: match, mismatch or unknown. Never raises."""
    try:
        provider = known_provider(centre, attribution.provider) if attribution.provider else None
    except StoreTrouble:
        provider = None
    known = provider.origins if provider else ()
    return rules.judge_origin(origin, referer, own=centre.settings.base_url, known=known)


def count(centre: Centre, attribution: Attribution, event: str) -> None:
    """Add to a provider's button figures; only verified presses count, and a dead counter never stops a child."""
    if attribution.outcome != "verified" or attribution.provider is None or attribution.placement is None:
        return
    try:
        with centre.database.writing() as conn:
            counters.count(
                conn,
                provider=attribution.provider,
                placement=attribution.placement,
                month=month_of(now()),
                event=event,
                key=new_record_key(),
            )
    except (StoreTrouble, SQLAlchemyError) as error:
        logs.warn("press-not-counted", error=error)
