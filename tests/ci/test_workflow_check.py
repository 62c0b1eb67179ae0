"""The hook that checks workflows names the line of what GitHub would refuse."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from superset_gitops.workflows.run_linters import run_linters

GOOD = """\
name: Births
on: [push]
permissions: {}
jobs:
  births:
    name: Births
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo
"""
FOLDER = ".github/workflows"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", ""),
        ("    steps:", "    stepz:", "9:5: [error] jobs.births: Additional properties are not allowed ('stepz'"),
        ("run: echo", "rum: echo", "10:9: [error] jobs.births.steps[0]: "),
        ("  births:", "  birth.s:", "5:3: [error] jobs: 'birth.s' does not match"),
        ("[push]", "[push", "2:5: [error] while parsing a flow sequence"),
        # The schema has nothing against this; the second program does, in its own form.
        ("echo", 'echo "${{ github.event.issue.title }}"', "template-injection"),
    ],
)
def test_a_mistake_in_a_workflow_is_told_at_its_line(
    old: str, new: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "births.yml").write_text(GOOD.replace(old, new))
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        code = run_linters("workflow-check", Path(sys.executable).parent, [f"{FOLDER}/births.yml"])
    finally:
        os.chdir(before)
    told = capsys.readouterr().out
    assert (code, said in told) == (1 if said else 0, True), told
    assert not said[:1].isdigit() or told.startswith(f"{FOLDER}/births.yml:{said}"), told
