"""How long adopting takes: Superset's bundled examples, and copies of them, in one and in three environments.

    python benchmarks/adopt.py [--copies 1,2,5]

Each copy has uuids, titles and slugs of its own. Prints a table; CPU seconds. The last column is what a second run
would write, which must be nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]

from fixtures.examples import as_sources, examples, examples_folder  # noqa: E402 - the path is set above
from superset_gitops.core.adopt.adopt import adopt  # noqa: E402
from superset_gitops.core.adopt.request import Request  # noqa: E402
from superset_gitops.core.compile.compile_bundle import compile_bundle  # noqa: E402
from superset_gitops.model.asset import AssetId, Document, Kind  # noqa: E402
from superset_gitops.model.sources import Sources  # noqa: E402

_ADDRESS = "postgresql://reader:XXXXXXXXXX@db.example.com/examples"
_ENVIRONMENTS = ("dev", "staging", "prod")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", default="1,2,5")
    copies = [int(each) for each in parser.parse_args().copies.split(",")]
    print("| assets | environments | adopt | adopt again | left out | written again |")
    print("|---:|---:|---:|---:|---:|---:|")
    for number in copies:
        live = runtime(number)
        for environments in (1, 3):
            print(row(live, environments), flush=True)
    return 0


def runtime(copies: int) -> dict[AssetId, Document]:
    """What a Superset with so many copies of the examples exports."""
    bundle = compile_bundle(as_sources(examples(examples_folder()), cleaned=True), "dev").bundle
    found: dict[AssetId, Document] = {}
    for copy in range(copies):
        text = json.dumps([[key.kind.value, key.uuid, asset.document] for key, asset in bundle.assets.items()])
        for key in bundle.assets:
            text = text.replace(key.uuid, str(uuid5(NAMESPACE_URL, f"{copy} {key.uuid}")))
        for word, uuid, document in json.loads(text):
            kind = Kind(word)
            document[kind.title_field] += f" {copy}"
            if document.get("slug"):
                document["slug"] += str(copy)
            if kind is Kind.DATABASE:
                document["sqlalchemy_uri"] = _ADDRESS
            found[AssetId(kind, uuid)] = document
    return found


def row(live: dict[AssetId, Document], environments: int) -> str:
    """One line of the table."""
    files = {f"superset_assets/environments/{name}.yaml": "" for name in _ENVIRONMENTS[:environments]}
    start = time.process_time()
    first = adopt(Sources(files), Request("dev", live))
    between = time.process_time()
    again = adopt(first.after, Request("dev", live))
    took, second = between - start, time.process_time() - between
    return (
        f"| {len(live)} | {environments} | {took:.1f} s | {second:.1f} s | {len(first.refused)} | {len(again.files)} |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
