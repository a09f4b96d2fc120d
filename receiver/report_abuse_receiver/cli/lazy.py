"""Lazy: a command's module is read when it is called, so that nobody waits for the others."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from report_abuse_receiver.ground.errors import ReceiverError


class Commands(click.Group):
    """A group whose commands end with 1 and one sentence where the receiver refuses, and never with a traceback.

    `found_in` says of further commands, by name, in which module of this package each stands under that name.
    """

    def __init__(self, *args: Any, found_in: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._found_in = found_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all of them."""
        return sorted({*super().list_commands(ctx), *self._found_in})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, from its module."""
        if cmd_name in self._found_in and cmd_name not in self.commands:
            module = import_module(f"{__package__}.{self._found_in[cmd_name]}")
            self.add_command(getattr(module, cmd_name))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; click itself answers wrong use with 2."""
        try:
            return super().invoke(ctx)
        except ReceiverError as error:
            raise click.ClickException(" ".join(str(error).split())) from error
