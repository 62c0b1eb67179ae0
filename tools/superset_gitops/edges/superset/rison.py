"""Owns writing values in Rison, the notation of Superset's `q` parameter; shorter in a URL than JSON."""

from __future__ import annotations

import re

# What reads back as itself without quotes: no digit or minus in front, none of Rison's own marks.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def rison(value: object) -> str:
    """Write None, bool, int, float, str, list, tuple or dict with str keys.

    Raises:
        TypeError: anything else.
    """
    if value is None:
        return "!n"
    if isinstance(value, bool):
        return "!t" if value else "!f"
    if isinstance(value, int | float):
        return repr(value).replace("+", "")
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else "'" + value.replace("!", "!!").replace("'", "!'") + "'"
    if isinstance(value, list | tuple):
        return f"!({','.join(map(rison, value))})"
    if isinstance(value, dict):
        return f"({','.join(f'{rison(key)}:{rison(item)}' for key, item in value.items())})"
    raise TypeError(f"Rison has no form for {type(value).__name__}")
