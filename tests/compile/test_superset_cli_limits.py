"""What superset-cli and Superset's import do not take: mended, left out where it would do harm, and told."""

from __future__ import annotations

import jinja2
import pytest
import yaml

from superset_gitops.core.compile.superset_cli_limits import limits, mended
from superset_gitops.core.compile.superset_cli_text import rendered_text, superset_cli_text
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document, Kind

UUID = "33333333-3333-4333-8333-333333333333"
DATABASE: Document = {"database_name": "x", "sqlalchemy_uri": "postgresql://u:XXXXXXXXXX@h/d", "uuid": UUID}
CHART: Document = {"slice_name": "x", "viz_type": "table", "uuid": UUID, "dataset_uuid": UUID}
TUNNEL = {"server_address": "{{ h }}", "server_port": 22, "username": "u", "password": "XXXXXXXXXX"}


def test_masked_secrets_do_not_reach_superset_cli_and_come_back_to_us() -> None:
    document = DATABASE | {"ssh_tunnel": TUNNEL, "masked_encrypted_extra": '{"key": "XXXXXXXXXX"}'}
    text = superset_cli_text(Kind.DATABASE, document)
    assert yaml.safe_load(jinja2.Template(text).render()) == DATABASE
    assert yaml.safe_load(rendered_text(text)) == document
    assert [each.partition(" is left out")[0] for each in limits(Kind.DATABASE, document)] == [
        "its SSH tunnel",
        "its encrypted extra",
    ]


def test_a_secret_in_an_address_cannot_be_left_out() -> None:
    document = DATABASE | {"sqlalchemy_uri": "postgresql://h/d?sslpassword=XXXXXXXXXX"}
    with pytest.raises(ConfigurationError, match="an argument of its address is masked"):
        superset_cli_text(Kind.DATABASE, document)


@pytest.mark.parametrize(
    ("kind", "document", "told"),
    [
        (Kind.DATABASE, DATABASE | {"extra": ""}, []),
        (Kind.DATABASE, DATABASE | {"encrypted_extra": "{}", "extra": {}}, []),
        (Kind.DATABASE, DATABASE | {"extra": {"mine": 1}}, ["extra.mine: unknown key 'mine'"]),
        (Kind.CHART, CHART | {"params": None}, []),
        (Kind.CHART, CHART | {"params": "", "slice_name": ""}, []),
        (Kind.CHART, CHART | {"params": []}, ["params: expected a mapping, got a list"]),
        (Kind.CHART, CHART | {"viz_type": None, "params": {}}, ["viz_type: expected text, got null"]),
        (Kind.CHART, {k: v for k, v in CHART.items() if k != "dataset_uuid"}, ["the file: 'dataset_uuid' is missing"]),
    ],
)
def test_what_superset_exports_and_does_not_import(kind: Kind, document: Document, told: list[str]) -> None:
    assert list(limits(kind, mended(kind, document))) == told
