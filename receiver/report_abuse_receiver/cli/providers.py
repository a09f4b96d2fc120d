"""`provider` and `service`: who holds buttons and keys, and which services reports may name."""

from dataclasses import asdict

import click

from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import ID, WORDS
from report_abuse_receiver.cli.printing import print_record, print_rows
from report_abuse_receiver.ground.partners.kinds import KeyState
from report_abuse_receiver.partners import changes, directory

kind = click.option("--type", "kind", type=WORDS, default="other", help="What sort of service it is, such as game.")


@click.group()
def provider() -> None:
    """Providers that carry the button, and their keys."""


@provider.command()
@click.argument("name_id", type=ID)
@click.option("--name", type=WORDS, help="The name that children know it by (default: the id).")
@click.option("--origin", "origins", type=WORDS, multiple=True, help="Where buttons stand, like https://chat.example.")
@click.option("--contact", type=WORDS, default="", help="Its single point of contact.")
@click.option("--placement", "more", type=WORDS, multiple=True, help="A page counted apart, beside the usual kinds.")
@kind
@options.as_json
def add(
    name_id: str,
    name: str | None,
    origins: tuple[str, ...],
    contact: str,
    more: tuple[str, ...],
    kind: str,
    as_json: bool,
) -> None:
    """Enter a provider and its service, and print its button key, which is shown only now."""
    called = name or name_id
    with opened() as centre:
        made = directory.add_provider(
            centre, name_id, name=called, origins=origins, contact=contact, kind=kind, more=more
        )
    print_record(asdict(made), as_json=as_json)


@provider.command("set")
@click.argument("provider_id", metavar="ID", type=ID)
@click.option("--name", type=WORDS, help="The name that children know it by.")
@click.option("--contact", type=WORDS, help="Its single point of contact.")
@click.option("--origin", "origins", type=WORDS, multiple=True, help="Where buttons stand, in place of those before.")
@click.option("--alias", "aliases", type=WORDS, multiple=True, help="What children call it, in place of those before.")
@options.as_json
def set_(
    provider_id: str,
    name: str | None,
    contact: str | None,
    origins: tuple[str, ...],
    aliases: tuple[str, ...],
    as_json: bool,
) -> None:
    """Change what is known of a provider; what is not named stays."""
    with opened() as centre:
        changed = changes.change_provider(
            centre, provider_id, name=name, contact=contact, origins=origins or None, aliases=aliases or None
        )
    print_record(asdict(changed), as_json=as_json)


@provider.command("list")
@options.as_json
def list_(as_json: bool) -> None:
    """Every provider with its keys, without their secrets."""
    with opened() as centre:
        rows = directory.list_providers(centre)
    print_rows(rows, as_json=as_json, columns=("provider", "name", "origins", "contact", "keys"))


@provider.command("add-key")
@click.argument("provider_id", metavar="ID", type=ID)
@click.option("--scope", type=click.Choice(directory.SCOPES), required=True, help="What the key may do.")
@options.as_json
def add_key(provider_id: str, scope: str, as_json: bool) -> None:
    """Give a provider one more key; it is shown only now."""
    with opened() as centre:
        made = directory.add_key(centre, provider_id, scope=scope)
    print_record(asdict(made), as_json=as_json)


@provider.command("rotate-key")
@click.argument("provider_id", metavar="ID", type=ID)
@options.as_json
def rotate_key(provider_id: str, as_json: bool) -> None:
    """Give a provider its next button key; links of the old one hold until that is retired."""
    with opened() as centre:
        made = directory.rotate_key(centre, provider_id)
    print_record(asdict(made), as_json=as_json)


@provider.command("retire-key")
@click.argument("provider_id", metavar="ID", type=ID)
@click.argument("kid", type=ID)
@options.yes
@options.as_json
def retire_key(provider_id: str, kid: str, yes: bool, as_json: bool) -> None:
    """End a key that served its time; its links still work and are labelled retired."""
    options.make_sure(f"Retire key {kid} of {provider_id} for good?", yes=yes)
    with opened() as centre:
        directory.retire_key(centre, provider_id, kid)
    print_record({"provider": provider_id, "kid": kid, "state": KeyState.RETIRED}, as_json=as_json)


@provider.command("revoke-key")
@click.argument("provider_id", metavar="ID", type=ID)
@click.argument("kid", type=ID)
@options.yes
@options.as_json
def revoke_key(provider_id: str, kid: str, yes: bool, as_json: bool) -> None:
    """End a key that leaked; its links still work and are labelled revoked."""
    options.make_sure(f"Revoke key {kid} of {provider_id} for good?", yes=yes)
    with opened() as centre:
        directory.revoke_key(centre, provider_id, kid)
    print_record({"provider": provider_id, "kid": kid, "state": KeyState.REVOKED}, as_json=as_json)


@click.group()
def service() -> None:
    """Services that reports may name, with a button or without."""


@service.command("add")
@click.argument("service_id", metavar="ID", type=ID)
@click.option("--name", type=WORDS, help="The name that children know it by (default: the id).")
@click.option("--alias", "aliases", type=WORDS, multiple=True, help="Another name or host name that children write.")
@kind
@options.as_json
def add_service(service_id: str, name: str | None, aliases: tuple[str, ...], kind: str, as_json: bool) -> None:
    """Enter a service that has no button."""
    called = name or service_id
    with opened() as centre:
        directory.add_service(centre, service_id, name=called, aliases=aliases, kind=kind)
    made = {"service": service_id, "name": called, "aliases": list(aliases), "type": kind}
    print_record(made, as_json=as_json)


@service.command("list")
@options.as_json
def list_services(as_json: bool) -> None:
    """Every service, with a button or without."""
    with opened() as centre:
        rows = directory.list_services(centre)
    print_rows(rows, as_json=as_json, columns=("id", "name", "type", "aliases", "provider_id"))
