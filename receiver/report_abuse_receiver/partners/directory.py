"""The directory: providers with their keys, and the services that reports may name (C24, P56)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from report_abuse.keys import KID, PROVIDER
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.ground.partners.kinds import KeyState
from report_abuse_receiver.ground.partners.placements import check_placements
from report_abuse_receiver.ground.partners.provider_keys import provider_key
from report_abuse_receiver.rules.feedback.pooling import ALL
from report_abuse_receiver.rules.intake.attribution import ButtonKey, KnownProvider, origin_of
from report_abuse_receiver.rules.intake.matching import service_called
from report_abuse_receiver.store.engine import PATIENCE
from report_abuse_receiver.store.partners import placements, providers, services
from report_abuse_receiver.store.partners.providers import ProviderRow
from report_abuse_receiver.store.partners.services import ServiceRow

SCOPES = ("button", "api")


@dataclass(frozen=True, kw_only=True)
class ListedKey:
    """A key without its secret."""

    kid: str
    scope: str
    state: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ListedProvider:
    """A provider as the directory shows it, with its keys."""

    provider: str
    name: str
    origins: tuple[str, ...]
    contact: str
    created_at: datetime
    keys: tuple[ListedKey, ...]


@dataclass(frozen=True, kw_only=True)
class ListedService:
    """A service as the directory shows it; `provider_id` is None where it has no button."""

    id: str
    name: str
    aliases: tuple[str, ...]
    provider_id: str | None
    created_at: datetime
    type: str


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key as it is shown, once: `key` is the secret in full, `url` the receiver that the SDK is to be given."""

    provider: str
    kid: str
    key: str = field(repr=False)
    url: str


def add_provider(
    centre: Centre,
    provider_id: str,
    *,
    name: str,
    origins: Sequence[str],
    contact: str,
    kind: str = "other",
    more: Sequence[str] = (),
) -> NewKey:
    """Enter a provider and the service of the same id, and give out its first button key.

    `origins` are where its buttons stand, such as https://chat.example; `kind` is the type of service whose pooled
    figures it is told; `more` are placements beside the scheme's. Raises Refused with what to write instead.
    """
    kind = centre.scheme.check("service_type", kind)
    provider_id = _id(provider_id)
    plain = tuple(web_origin(one) for one in origins)
    apart = check_placements((*centre.scheme.placements.kinds, *more), most=centre.scheme.placements.most)
    moment = now()
    row = ProviderRow(id=provider_id, name=named(name), origins=plain, contact=contact, created_at=moment)
    service = ServiceRow(
        id=provider_id,
        name=row.name,
        aliases=own_aliases(provider_id, plain),
        provider_id=provider_id,
        created_at=moment,
        kind=kind,
    )
    try:
        with centre.database.writing() as conn:
            providers.add(conn, row)
            services.add(conn, service)
            placements.add(conn, provider_id, apart, now=moment)
            kid = providers.add_key(conn, provider_id, scope="button", now=moment)
    except IntegrityError as error:
        raise Refused(f"{provider_id!r} is already in the directory; choose another id, or add a key to it") from error
    return _shown(centre, provider_id, kid, scope="button")


def add_key(centre: Centre, provider_id: str, *, scope: str) -> NewKey:
    """Give a provider one more key; those it has stay as they are. Raises NotFound, Refused."""
    if scope not in SCOPES:
        raise Refused(f"scope {scope!r} is not known; write one of: {', '.join(SCOPES)}")
    with centre.database.writing() as conn:
        existing(providers.find(conn, provider_id), provider_id)
        kid = providers.add_key(conn, provider_id, scope=scope, now=now())
    return _shown(centre, provider_id, kid, scope=scope)


def rotate_key(centre: Centre, provider_id: str) -> NewKey:
    """Give a provider its next button key; links of the old one stay verified until that is retired."""
    return add_key(centre, provider_id, scope="button")


def retire_key(centre: Centre, provider_id: str, kid: str) -> None:
    """End a key that served its time; its links still work and are labelled `retired`."""
    _end(centre, provider_id, kid, state=KeyState.RETIRED, from_states=(KeyState.ACTIVE,))


def revoke_key(centre: Centre, provider_id: str, kid: str) -> None:
    """End a key that leaked; its links still work and are labelled `revoked`."""
    _end(centre, provider_id, kid, state=KeyState.REVOKED, from_states=(KeyState.ACTIVE, KeyState.RETIRED))


def list_providers(centre: Centre) -> list[ListedProvider]:
    """Every provider with its keys, none of them with a secret."""
    with centre.database.reading() as conn:
        return [_listed(row, providers.keys(conn, row.id)) for row in providers.every(conn)]


def add_service(centre: Centre, service_id: str, *, name: str, aliases: Sequence[str], kind: str = "other") -> None:
    """Enter a service that has no button, so that reports about it are found (P56). Raises Refused."""
    row = ServiceRow(
        id=_id(service_id),
        name=named(name),
        aliases=(service_id, *aliases),
        provider_id=None,
        created_at=now(),
        kind=centre.scheme.check("service_type", kind),
    )
    try:
        with centre.database.writing() as conn:
            services.add(conn, row)
    except IntegrityError as error:
        raise Refused(f"{service_id!r} is already in the directory; choose another id") from error


def list_services(centre: Centre) -> list[ListedService]:
    """Every service, adopter or not."""
    with centre.database.reading() as conn:
        return [_service_listed(row) for row in services.every(conn)]


def known_provider(centre: Centre, provider_id: str, *, patience: float = PATIENCE) -> KnownProvider | None:
    """What attribution needs of a provider, with the secrets of its button keys derived. `patience` is in seconds."""
    with centre.database.reading(patience=patience) as conn:
        found = providers.name_and_origins(conn, provider_id)
        keys = providers.keys(conn, provider_id) if found else []
    if found is None:
        return None
    name, origins = found
    buttons = {
        key.kid: ButtonKey(secret=_secret(centre, provider_id, key.kid), state=key.state)
        for key in keys
        if key.scope == "button"
    }
    return KnownProvider(id=provider_id, name=name, origins=origins, keys=buttons)


def names_of_services(centre: Centre) -> dict[str, tuple[str, ...]]:
    """Service id → every name it goes by."""
    with centre.database.reading() as conn:
        return {row.id: (row.name, *row.aliases) for row in services.every(conn)}


def read_services(centre: Centre, chosen: Sequence[str]) -> tuple[str, ...]:
    """The ids of the chosen services, each once. They may be called by id, name, alias or host name.

    Raises NotFound for one that is not in the directory, or by a name that several have.
    """
    known = names_of_services(centre)
    return tuple(dict.fromkeys(service for text in chosen for service in _called(text, known)))


def _called(text: str, known: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """One service, or several with blanks between them."""
    whole = service_called(text, known)
    parts = (whole,) if whole else tuple(service_called(word, known) for word in text.split())
    found = tuple(part for part in parts if part)
    if not found or len(found) < len(parts):
        raise NotFound(f"service {text!r} is not in the directory; known are: {', '.join(known) or 'none'}")
    return found


def _secret(centre: Centre, provider_id: str, kid: str) -> str:
    return provider_key(centre.keys.link_master, scope="button", provider=provider_id, kid=kid).secret


def _shown(centre: Centre, provider_id: str, kid: str, *, scope: str) -> NewKey:
    key = provider_key(centre.keys.link_master, scope=scope, provider=provider_id, kid=kid)
    return NewKey(provider=provider_id, kid=kid, key=key.reveal(), url=centre.settings.base_url)


def _end(centre: Centre, provider_id: str, kid: str, *, state: str, from_states: Sequence[str]) -> None:
    with centre.database.writing() as conn:
        existing(providers.find(conn, provider_id), provider_id)
        held = {key.kid: key.state for key in providers.keys(conn, provider_id)}
        if not KID.fullmatch(kid) or kid not in held:
            raise NotFound(f"{provider_id} has no key {kid!r}; it has: {', '.join(held)}")
        if not providers.end_key(conn, provider_id, kid, state=state, from_states=from_states, now=now()):
            raise Refused(f"key {kid} of {provider_id} is already {held[kid]}")


def _listed(row: ProviderRow, keys: Sequence[providers.KeyRow]) -> ListedProvider:
    return ListedProvider(
        provider=row.id,
        name=row.name,
        origins=tuple(row.origins),
        contact=row.contact,
        created_at=row.created_at,
        keys=tuple(ListedKey(kid=key.kid, scope=key.scope, state=key.state, created_at=key.created_at) for key in keys),
    )


def _service_listed(row: ServiceRow) -> ListedService:
    return ListedService(
        id=row.id,
        name=row.name,
        aliases=tuple(row.aliases),
        provider_id=row.provider_id,
        created_at=row.created_at,
        type=row.kind,
    )


def own_aliases(provider_id: str, origins: Sequence[str]) -> tuple[str, ...]:
    """What a provider's service is called without anybody saying so: its id and its hosts."""
    hosts = (one.partition("://")[2].partition(":")[0] for one in origins)
    return tuple(dict.fromkeys((provider_id, *(host for host in hosts if not _is_local(host)))))


def existing(row: ProviderRow | None, provider_id: str) -> ProviderRow:
    """The row that was looked for. Raises NotFound."""
    if row is None:
        raise NotFound(f"provider {provider_id!r} is not in the directory")
    return row


def _id(text: str) -> str:
    if not PROVIDER.fullmatch(text):
        raise Refused(f"{text!r} cannot be an id; write 2 to 40 of a-z, 0-9 and '-', beginning with a letter or digit")
    if text == ALL:
        raise Refused(f"{text!r} cannot be an id: figures of all services together go by that name; choose another")
    return text


def named(name: str) -> str:
    """A name in one line. Raises Refused."""
    plain = " ".join(name.split())
    if not plain or len(plain) > 80 or not plain.isprintable():
        raise Refused("a name is 1 to 80 characters that can be read aloud to a child")
    return plain


def web_origin(text: str) -> str:
    """A web origin in its one spelling. Raises Refused."""
    origin = origin_of(text)
    if origin is None or text.strip().lower().rstrip("/").count("/") != 2:
        raise Refused(f"{text!r} is not a web origin; write one such as https://chat.example, with no path behind it")
    return origin


def _is_local(host: str) -> bool:
    return host == "localhost" or host.replace(".", "").isdigit()
