"""Two spellings of one Superset's address are equal; others are not."""

from __future__ import annotations

import pytest

from superset_gitops.core.stamp import base_key
from superset_gitops.errors import ConfigurationError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://BI.example.com/", "https://bi.example.com:443"),
        ("http://localhost:8088", "http://127.0.0.1:8088//"),
        ("http://[::1]:8088", "http://localhost:8088"),
        ("https://user:secret@bi.example.com/superset/", "https://bi.example.com/superset"),
    ],
)
def test_one_address_in_two_spellings(one: str, other: str) -> None:
    assert base_key(one) == base_key(other)


@pytest.mark.parametrize("other", ["http://localhost:8089", "http://localhost", "http://localhost:8088/bi"])
def test_another_address(other: str) -> None:
    assert base_key("http://localhost:8088") != base_key(other)


@pytest.mark.parametrize("text", ["", "localhost:8088", "ftp://x", "http://", "http://h:port"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ConfigurationError):
        base_key(text)
