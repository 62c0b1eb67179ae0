"""URIs as Superset's server writes them."""

from __future__ import annotations

import pytest

from superset_gitops.core.normal_form.uri import masked_uri, uri_password


@pytest.mark.parametrize(
    ("uri", "masked"),
    [
        ("postgresql://u:p@h:5432/d", "postgresql://u:XXXXXXXXXX@h:5432/d"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u:@h/d", "postgresql://u@h/d"),
        ("postgresql+psycopg2://u:p%40%3A@h/d", "postgresql+psycopg2://u:XXXXXXXXXX@h/d"),
        ("postgresql://u:p@[::1]:5432/d", "postgresql://u:XXXXXXXXXX@[::1]:5432/d"),
        ("postgresql://u:p@h/d?sslmode=require&connect_timeout=5",
         "postgresql://u:XXXXXXXXXX@h/d?connect_timeout=5&sslmode=require"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
        ("bigquery://project", "bigquery://project"),
        ("duckdb:///:memory:", "duckdb:///:memory:"),
    ],
)  # fmt: skip
def test_masks_and_orders(uri: str, masked: str) -> None:
    assert masked_uri(uri) == masked
    assert masked_uri(masked) == masked


def test_the_password_is_unquoted() -> None:
    assert uri_password("postgresql://u:p%40%21@h/d") == "p@!"
    assert uri_password("postgresql://u:XXXXXXXXXX@h/d") is None
    assert uri_password("postgresql://u@h/d") is None


def test_what_is_no_uri_shows_no_secret() -> None:
    assert "hunter2" not in masked_uri("weird scheme://u:hunter2@h")
    assert "hunter2" not in masked_uri("x-y://u:hunter2@h")
