"""Folds: before a quarter is frozen, two people may count a category of one provider as `other` in it.

One offender's campaign is a spike that he himself can recognise. Blanking a cell would be undone by subtraction, so the
whole category goes, for that quarter, out of every table of every release.
"""

from sqlalchemy.exc import IntegrityError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback.pools import FOLDED
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.ground.feedback.kinds import Action
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.feedback import folds, releases
from report_abuse_receiver.store.feedback.folds import FoldRow
from report_abuse_receiver.store.partners import services


def fold(centre: Centre, provider: str, period: str, category: str, *, asked_by: Actor, approved_by: Actor) -> FoldRow:
    """Count a category as `other` in one provider's quarter.

    Raises Refused where the period is malformed or frozen, where one person is both, and where it is folded already;
    UnknownCode, NotFound.
    """
    quarter = Quarter.parse(period)
    asked, approved = asked_by.name.strip(), approved_by.name.strip()
    category = centre.scheme.check("category", category)
    if category == FOLDED:
        raise Refused(f"{FOLDED!r} is what other categories are folded into; name one of those")
    if not asked or not approved or asked.casefold() == approved.casefold():
        raise Refused("a fold takes two people: one who asks for it, and another who approves it")
    row = FoldRow(
        provider=provider, period=str(quarter), category=category, asked_by=asked, approved_by=approved, at=now()
    )
    try:
        _keep(centre, row, by=approved_by)
    except IntegrityError as error:
        raise Refused(f"{category} of {provider} is already folded in {quarter}") from error
    return row


def _keep(centre: Centre, row: FoldRow, *, by: Actor) -> None:
    with centre.database.writing() as conn:
        releases.lock(conn, shared=True)
        if services.find(conn, row.provider) is None:
            raise NotFound(f"provider {row.provider[:40]!r} is not in the directory")
        told = [one for one in _told_in(Quarter.parse(row.period)) if releases.frozen(conn, str(one)) is not None]
        if told:
            raise Refused(f"{told[0]} is frozen; what was told of {row.period} is never revised")
        folds.add(conn, row)
        subject = f"{row.provider}/{row.period}/{row.category}"
        log.append(conn, by=by, action=Action.FOLD, subject=subject, reason=row.asked_by, now=row.at)


def _told_in(quarter: Quarter) -> tuple[Quarter, ...]:
    """The quarters whose releases speak of this one: itself, and the one that ends its year."""
    return tuple(one for one in (quarter.earlier(-ahead) for ahead in range(4)) if one == quarter or one.number == 1)
