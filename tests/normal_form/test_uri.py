"""URIs as Superset's server writes them."""

from __future__ import annotations

import pytest

from superset_gitops.core.normal_form.uri import masked_uri, shown_uri, uri_password, with_stored_arguments


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
        ("postgresql://u:p@ss@h/d?options=a@b", "postgresql://u:XXXXXXXXXX@h/d?options=a%40b"),
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
    assert uri_password("postgresql://u:p/x@s:s@h/d") == "p/x@s:s"


def test_what_is_no_uri_shows_no_secret() -> None:
    assert "hunter2" not in masked_uri("weird scheme://u:hunter2@h")
    assert "hunter2" not in masked_uri("x-y://u:hunter2@h")


def test_secrets_among_the_arguments_are_masked_for_showing_only() -> None:
    uri = "postgresql://h/d?password=hunter2&sslkey=/etc/key&sslpassword=hunter2&user=u"
    assert masked_uri(uri).count("hunter2") == 2
    assert shown_uri(uri) == "postgresql://h/d?password=XXXXXXXXXX&sslkey=%2Fetc%2Fkey&sslpassword=XXXXXXXXXX&user=u"
    assert shown_uri(shown_uri(uri)) == shown_uri(uri)
    assert shown_uri("x://h?private_key=hunter2&warehouse=w") == "x://h?private_key=XXXXXXXXXX&warehouse=w"
    assert shown_uri("sqlite:////tmp/x.db") == "sqlite:////tmp/x.db"


def test_masked_arguments_are_filled_from_what_is_stored() -> None:
    stored = "postgresql://u:XXXXXXXXXX@h/d?sslmode=require&sslpassword=a%2Bb"
    masked = "postgresql://u:XXXXXXXXXX@other/d?sslmode=prefer&sslpassword=XXXXXXXXXX"
    assert with_stored_arguments(masked, stored) == "postgresql://u:XXXXXXXXXX@other/d?sslmode=prefer&sslpassword=a%2Bb"
    assert with_stored_arguments(masked, "postgresql://h/d") == masked
    assert with_stored_arguments("postgresql://u@h/d?a=b", stored) == "postgresql://u@h/d?a=b"
