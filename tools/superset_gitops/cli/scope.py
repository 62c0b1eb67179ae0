"""Owns the options by which a run is about some assets only, as one `Scope`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

_OPTIONS = (
    click.option(
        "--asset",
        "assets",
        metavar="KIND:NAME",
        multiple=True,
        help="Only this asset (KIND:NAME, KIND:UUID or a uuid); may be given again. What is out of scope is neither "
        "gated nor written.",
    ),
    click.option(
        "--dashboard",
        "dashboards",
        metavar="NAME",
        multiple=True,
        help="Only this dashboard (title, slug or uuid) with all that it needs; may be given again.",
    ),
)


def scope_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options to a command, which takes them as the one argument `scope`."""

    @functools.wraps(command)
    def with_scope(*args: Any, assets: tuple[str, ...], dashboards: tuple[str, ...], **others: Any) -> int:
        from superset_gitops.core.choose_asset import choose_asset
        from superset_gitops.core.drift import Scope

        return command(*args, scope=Scope(tuple(map(choose_asset, assets)), dashboards), **others)

    for option in reversed(_OPTIONS):
        with_scope = option(with_scope)
    return with_scope
