"""Owns what a placeholder looks like."""

from __future__ import annotations

import re

# `${NAME}`; the group is the name.
PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
