"""Placements: which pages of a provider are counted apart; all others are counted together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NotFound
from report_abuse_receiver.ground.partners.kinds import PlacementState
from report_abuse_receiver.ground.partners.placements import check_placements
from report_abuse_receiver.partners.directory import existing
from report_abuse_receiver.store.partners import placements, providers
from report_abuse_receiver.store.partners.placements import PlacementRow


@dataclass(frozen=True, kw_only=True)
class ListedPlacement:
    """A placement as staff see it; `since` is None, and `reports` above 0, for one that stands on reports only."""

    provider: str
    placement: str
    state: PlacementState
    since: datetime | None = None
    reports: int = 0


def add(centre: Centre, provider_id: str, names: Sequence[str]) -> None:
    """Count these apart from now on; what was counted before stays where it is. Raises NotFound, Refused."""
    with centre.database.writing() as conn:
        existing(providers.find(conn, provider_id), provider_id)
        held = [row.placement for row in placements.of_provider(conn, provider_id) if row.retired_at is None]
        check_placements((*held, *names), most=centre.scheme.placements.most)
        placements.add(conn, provider_id, names, now=now())


def retire(centre: Centre, provider_id: str, names: Sequence[str]) -> None:
    """Count these as `other` from now on; their links work as before. Raises NotFound."""
    moment = now()
    with centre.database.writing() as conn:
        existing(providers.find(conn, provider_id), provider_id)
        for name in names:
            if not placements.retire(conn, provider_id, name, now=moment):
                raise NotFound(f"{provider_id} has no placement {name[:40]!r} that is registered")


def listed(centre: Centre, provider_id: str | None = None) -> list[ListedPlacement]:
    """Every placement that a provider, or any, ever had. Raises NotFound."""
    with centre.database.reading() as conn:
        if provider_id is not None:
            existing(providers.find(conn, provider_id), provider_id)
        return [_listed(row) for row in placements.of_provider(conn, provider_id)]


def _listed(row: PlacementRow) -> ListedPlacement:
    return ListedPlacement(
        provider=row.provider_id,
        placement=row.placement,
        state=PlacementState.RETIRED if row.retired_at else PlacementState.REGISTERED,
        since=row.retired_at or row.created_at,
    )
