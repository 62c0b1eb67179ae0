"""`docs/normal-form.md` says what the code does."""

from __future__ import annotations

import os

import normal_form_table

from fixtures.world import ROOT

FILE = ROOT / "docs" / "normal-form.md"


def test_the_table_of_fields_is_current() -> None:
    if os.environ.get("HYBRID_NORMAL_FORM") == "write":
        FILE.write_text(normal_form_table.document(), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == normal_form_table.document()
