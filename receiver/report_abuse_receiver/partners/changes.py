"""Changes: a provider's name, contact, origins, and what children call its service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.partners.directory import existing, named, own_aliases, web_origin
from report_abuse_receiver.rules.intake.matching import can_be_found
from report_abuse_receiver.store.partners import providers, services
from report_abuse_receiver.store.partners.providers import ProviderRow
from report_abuse_receiver.store.partners.services import ServiceRow


@dataclass(frozen=True, kw_only=True)
class ChangedProvider:
    """A provider as it is from now on; `aliases` hold its id and its hosts, too."""

    provider: str
    name: str
    origins: tuple[str, ...]
    contact: str
    aliases: tuple[str, ...]


def change_provider(
    centre: Centre,
    provider_id: str,
    *,
    name: str | None = None,
    contact: str | None = None,
    origins: Sequence[str] | None = None,
    aliases: Sequence[str] | None = None,
) -> ChangedProvider:
    """Change what is given, and leave the rest; keys and links stay as they are.

    `aliases` are what children call it beside its name, its id and its hosts. Raises NotFound, and Refused with what to
    write instead.
    """
    if name is None and contact is None and origins is None and aliases is None:
        raise Refused("nothing to change; name one of: --name, --contact, --origin, --alias")
    with centre.database.writing() as conn:
        held = existing(providers.find(conn, provider_id), provider_id)
        row = replace(
            held,
            name=held.name if name is None else named(name),
            contact=held.contact if contact is None else contact,
            origins=held.origins if origins is None else tuple(web_origin(one) for one in origins),
        )
        service = _service(services.find(conn, provider_id), held, row, aliases)
        providers.change(conn, row)
        services.change(conn, service)
    return ChangedProvider(
        provider=row.id, name=row.name, origins=row.origins, contact=row.contact, aliases=service.aliases
    )


def _alias(text: str) -> str:
    if not can_be_found(text):
        raise Refused(f"{text!r} is too short: it would stand in too many words; write 3 letters or more")
    return named(text)


def _service(
    service: ServiceRow | None, held: ProviderRow, row: ProviderRow, aliases: Sequence[str] | None
) -> ServiceRow:
    """The provider's service under its new name; hosts that are left are no names of it any more."""
    if service is None:
        raise Refused(f"{held.id} has no service of its own in the directory")
    before = own_aliases(held.id, held.origins)
    said = [one for one in service.aliases if one not in before] if aliases is None else map(_alias, aliases)
    return replace(service, name=row.name, aliases=tuple(dict.fromkeys((*own_aliases(row.id, row.origins), *said))))
