"""Arrivals: a child comes through a button, a link or the front door; nothing here may keep a child out."""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.partners.directory import known_provider
from report_abuse_receiver.rules.feedback.disclosure import new_record_key
from report_abuse_receiver.rules.feedback.periods import month_of
from report_abuse_receiver.rules.intake import attribution as rules
from report_abuse_receiver.rules.intake.attribution import Attribution, KnownProvider, Origin, Outcome
from report_abuse_receiver.store.feedback import presses

#: Seconds to wait for a database that is locked: a page that opens late is a page that a child leaves.
PATIENCE = 1.0


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Who sent the child: the button, the site's name where it is known, and whether the page was one of the site's."""

    attribution: Attribution
    site: str | None
    origin: Origin


def arrive(centre: Centre, text: str, *, origin: str | None, referer: str | None) -> Arrival:
    """Look at what stands behind /r/ and at the headers of the request that brought it. Never raises.

    With the database out of reach a link is `unknown-provider` until it is back.
    """
    met: list[KnownProvider] = []

    def directory(provider_id: str) -> KnownProvider | None:
        met.extend(_known(centre, provider_id))
        return met[0] if met else None

    attribution = rules.attribute(text, directory)
    known = met[0].origins if met else ()
    verdict = rules.judge_origin(origin, referer, own=centre.settings.base_url, known=known)
    return Arrival(attribution=attribution, site=met[0].name if met else None, origin=verdict)


def look(centre: Centre, text: str) -> Attribution:
    """Which button was pressed, where nothing else is asked. Never raises."""
    return arrive(centre, text, origin=None, referer=None).attribution


def count(centre: Centre, attribution: Attribution, event: str) -> None:
    """Add to a provider's button figures; only verified presses count, and a dead counter never stops a child."""
    if attribution.outcome != Outcome.VERIFIED or attribution.provider is None or attribution.placement is None:
        return
    try:
        with centre.database.writing(patience=PATIENCE) as conn:
            presses.count(
                conn,
                provider=attribution.provider,
                placement=attribution.placement,
                month=month_of(now()),
                event=event,
                key=new_record_key(),
            )
    except (StoreTrouble, SQLAlchemyError) as error:
        logs.warn("press-not-counted", error=error)


def _known(centre: Centre, provider_id: str) -> list[KnownProvider]:
    try:
        provider = known_provider(centre, provider_id, patience=PATIENCE)
    except StoreTrouble as error:
        logs.warn("attribution-without-directory", error=error)
        return []
    return [provider] if provider else []
