"""What all tests share: the real outside worlds as fixtures, and no address of the developer's own servers."""

from __future__ import annotations

import os
import re

import hypothesis

pytest_plugins = [
    "fixtures.run_folder",
    "fixtures.postgres",
    "fixtures.superset",
    "fixtures.deployment",
    "fixtures.github",
    "fixtures.browser",
    "fixtures.printed_tables",
    "fixtures.hazards",
    "fixtures.workers",
    "fixtures.releases",
]

# How long an example takes depends on what else the machine does: no test is about that.
# A pipeline tries the same examples each time: what a developer's run finds is mended before it stops somebody else.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("tests")

# A shell that is set up for a real installation, or a workflow, must not lend it to the tests.
_REAL = re.compile(r"(POSTGRES_URL|BASE_URL|SUPERSET_(?!EXAMPLES_DIR)|HYBRID_LEDGER_URL|GITHUB_|HYBRID_P)")
for _name in [name for name in os.environ if _REAL.match(name)]:
    del os.environ[_name]
