"""Owns whether output is coloured: `--color/--no-color`, then NO_COLOR and FORCE_COLOR, then where it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def wanted_colour(environ: Mapping[str, str]) -> bool | None:
    """What the environment says of colour; None leaves it to each stream: a terminal has it, a file or a pipe has not.

    As https://no-color.org and https://force-color.org describe the variables; NO_COLOR wins, as in Python itself. A CI
    job's log, or a terminal that calls itself dumb, has no colour unless it is forced.
    """
    if environ.get("NO_COLOR"):
        return False
    if (forced := environ.get("FORCE_COLOR")) not in (None, ""):
        return forced not in {"0", "false"}
    if environ.get("CI", "") not in {"", "0", "false"} or environ.get("TERM") == "dumb":
        return False
    return None


def colour_option(command: Command) -> Command:
    """Add `--color/--no-color` to a command."""
    return click.option(
        "--color/--no-color",
        default=None,
        expose_value=False,
        callback=_take,
        help="Colour the plan, or do not  [default: on a terminal; NO_COLOR and FORCE_COLOR are heeded].",
    )(command)


def _take(ctx: click.Context, _: click.Parameter, value: bool | None) -> None:  # noqa: FBT001 - click's signature
    if value is not None:
        ctx.color = value
