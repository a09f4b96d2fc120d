"""Terms: what a report says beside its figures, from the directory and the scheme."""

from dataclasses import dataclass, field

from report_abuse_receiver.ground.scheme.scheme import Tiers


@dataclass(frozen=True, kw_only=True)
class Terms:
    """`centre` is what the scheme calls the service, `site` what the directory calls the provider."""

    centre: str
    site: str
    tiers: Tiers = field(default_factory=Tiers)
