"""Owns the JSON Schemas that the package ships (policy, plan, each kind of asset) and Superset's own defaults."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import Any

SUPERSET_VERSION = "6.1.0"


@functools.cache
def schema(name: str) -> dict[str, Any]:
    """A shipped schema: `policy`, `plan`, or a kind's name for its source form, which an export's form is too."""
    folder = files(__name__) if name in {"policy", "plan"} else files(__name__) / SUPERSET_VERSION
    loaded: dict[str, Any] = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def control_defaults() -> dict[str, Any]:
    """What Explore's controls hold where nobody set them: `{"every": {name: value}, "by_viz_type": {type: {…}}}`.

    `${main_dttm_col}` stands for the dataset's time column. Measured by `tests/fidelity`, which reads the controls of
    every chart type in a browser.
    """
    file = files(__name__) / SUPERSET_VERSION / "control_defaults.json"
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
