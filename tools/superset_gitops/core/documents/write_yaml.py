"""Owns writing a document as YAML: the same bytes for the same value, on every Python and platform."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """The pure one: libyaml's escapes emoji and folds lines differently."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Never write anchors: the same value twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent list items under their key, as people write them."""
        super().increase_indent(flow=flow, indentless=False)


# Line breaks of YAML 1.1 that PyYAML writes into plain and block scalars and then reads as a line feed.
_OTHER_BREAKS = frozenset("\r\x85\u2028\u2029\ufeff")


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if not _OTHER_BREAKS.isdisjoint(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _string)


def write_yaml(value: Any) -> str:
    """The value as block YAML: keys in their own order, unicode as it is, `|` for many lines, no folding."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
