"""Whether there is colour: what the environment says, and what a terminal says where it says nothing."""

from __future__ import annotations

import pytest

from superset_gitops.cli.colour import wanted_colour


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, None),
        ({"NO_COLOR": ""}, None),
        ({"NO_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, None),
        ({"FORCE_COLOR": "0"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"CI": "true"}, False),
        ({"CI": "false"}, None),
        ({"CI": "true", "FORCE_COLOR": "1"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "3"}, True),
        ({"TERM": "xterm"}, None),
    ],
)
def test_what_the_environment_says(environ: dict[str, str], wanted: bool | None) -> None:
    assert wanted_colour(environ) is wanted
