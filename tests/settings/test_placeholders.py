"""Secrets are resolved at the last moment, and apart from the document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.normal_form import normalize
from superset_gitops.core.placeholders import names_in, resolve_database
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Kind


def test_a_whole_uri_is_taken_as_it_is() -> None:
    found = resolve_database(
        {"sqlalchemy_uri": "${URL}"}, {"URL": "postgresql://u:p%40ss@h/d"}.get, where="databases/d"
    )
    assert found.document["sqlalchemy_uri"] == "postgresql://u:XXXXXXXXXX@h/d"
    assert found.secrets.password == "p@ss"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(lambda p: p != "XXXXXXXXXX"))
def test_a_password_inside_a_uri_may_hold_any_character(password: str) -> None:
    document = {"sqlalchemy_uri": "postgresql://u:${PW}@h:5432/d?sslmode=require"}
    found = resolve_database(document, {"PW": password}.get, where="databases/d")
    assert found.secrets.password == password
    assert found.document["sqlalchemy_uri"] == "postgresql://u:XXXXXXXXXX@h:5432/d?sslmode=require"


def test_no_secret_stays_in_the_document_or_a_repr() -> None:
    document = {
        "database_name": "d",
        "sqlalchemy_uri": "postgresql://u@h/d",
        "password": "${PW}",
        "ssh_tunnel": {"server_address": "bastion", "username": "me", "password": "${PW}"},
    }
    found = resolve_database(document, {"PW": "hunter2"}.get, where="databases/d")
    assert "hunter2" not in repr(found) + str(found.document) + str(normalize(Kind.DATABASE, found.document))
    assert (found.secrets.password, found.secrets.tunnel["password"]) == ("hunter2", "hunter2")


def test_a_missing_variable_is_named_with_the_template() -> None:
    with pytest.raises(ConfigurationError, match="databases/d: the variable PW is not set"):
        resolve_database({"sqlalchemy_uri": "postgresql://u:${PW}@h/d"}, {}.get, where="databases/d")


def test_names_are_found_anywhere() -> None:
    assert list(names_in({"a": ["${X} ${Y}", {"b": "${Z}"}], "c": 1})) == ["X", "Y", "Z"]
