"""Placements as staff see them: those that reports came through stand among them, to be registered in one step.

They come from reports under links that the provider signed, and never from openings: anybody can open a link and
leave a name here.
"""

from dataclasses import replace

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.partners.kinds import PlacementState
from report_abuse_receiver.partners import placements
from report_abuse_receiver.partners.placements import ListedPlacement
from report_abuse_receiver.rules.intake.attribution import Outcome
from report_abuse_receiver.store.casework import reports


def listed(centre: Centre, provider_id: str | None = None) -> list[ListedPlacement]:
    """Every placement of a provider, or of all, and how many reports came through each. Raises NotFound."""
    held = {(one.provider, one.placement): one for one in placements.listed(centre, provider_id)}
    with centre.database.reading() as conn:
        counted = reports.count_by_placement(conn, provider=provider_id, attribution=Outcome.VERIFIED)
    met = {
        key: ListedPlacement(provider=key[0], placement=key[1], state=PlacementState.UNREGISTERED) for key in counted
    }
    told = [replace(one, reports=counted.get(key, 0)) for key, one in (met | held).items()]
    return sorted(told, key=lambda one: (one.provider, one.state, one.placement))
