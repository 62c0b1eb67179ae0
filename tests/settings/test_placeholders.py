"""Secrets are resolved at the last moment, and apart from the document."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.connection_secrets import Part
from superset_gitops.core.normal_form import normalize
from superset_gitops.core.placeholders import names_in, resolve_database
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Document, Kind


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


@pytest.mark.parametrize(
    "document",
    [
        {"sqlalchemy_uri": "${PW}"},
        {"sqlalchemy_uri": "postgresql://${PW}:x@h/d"},
        {"sqlalchemy_uri": "postgresql://u@${PW}/d"},
        {"sqlalchemy_uri": "postgresql://u@h/d?sslmode=${PW}"},
        {"sqlalchemy_uri": "postgresql://h/d", "ssh_tunnel": {"server_address": "${PW}"}},
        {"sqlalchemy_uri": "postgresql://h/d", "encrypted_extra": "${PW}"},
        {"sqlalchemy_uri": "postgresql://h/d", "encrypted_extra": '{"port": ${PW}}'},
    ],
)
def test_a_missing_variable_without_which_nothing_can_be_compared_is_named(document: Document) -> None:
    with pytest.raises(ConfigurationError, match="databases/d: the variable PW is not set"):
        resolve_database(document, {}.get, where="databases/d")


SECRET = {
    "sqlalchemy_uri": "postgresql://u:${PW}@h/d",
    "ssh_tunnel": {"server_address": "bastion", "private_key": "${KEY}", "private_key_password": "${PW}"},
    "encrypted_extra": '{"client": {"secret": "${CLIENT}"}}',
}


def test_a_missing_variable_that_only_a_secret_needs_is_noted_and_changes_no_comparison() -> None:
    known = {"PW": "p", "KEY": "k", "CLIENT": "c"}
    whole = resolve_database(SECRET, known.get, where="databases/d")
    bare = resolve_database(SECRET, {}.get, where="databases/d")
    assert normalize(Kind.DATABASE, bare.document) == normalize(Kind.DATABASE, whole.document)
    assert bare.document == whole.document
    assert bare.secrets.missing == {Part.PASSWORD: ("PW",), Part.TUNNEL: ("KEY", "PW"), Part.ENCRYPTED: ("CLIENT",)}
    assert bare.secrets.parts == whole.secrets.parts == tuple(Part)
    assert (bare.secrets.password, bare.secrets.tunnel, bare.secrets.encrypted) == (None, {}, {})


@given(st.text(st.characters(codec="utf-8")))
def test_a_secret_inside_encrypted_extra_may_hold_any_character(secret: str) -> None:
    found = resolve_database(SECRET, {"PW": "p", "KEY": "k", "CLIENT": secret}.get, where="databases/d")
    assert json.loads(found.secrets.encrypted["encrypted_extra"]) == {"client": {"secret": secret}}
    assert found.document["encrypted_extra"] == '{"client": {"secret": "XXXXXXXXXX"}}'


def test_encrypted_extra_that_is_one_variable_is_taken_as_it_is_and_has_to_be_json() -> None:
    document = {"sqlalchemy_uri": "bigquery://p", "encrypted_extra": "${EXTRA}"}
    found = resolve_database(document, {"EXTRA": '{"a": {"b": "c"}}'}.get, where="databases/d")
    assert found.secrets.encrypted == {"encrypted_extra": '{"a": {"b": "c"}}'}
    with pytest.raises(ConfigurationError, match=r"databases/d: encrypted_extra is no JSON any more .*EXTRA") as caught:
        resolve_database(document, {"EXTRA": "hunter2"}.get, where="databases/d")
    assert "hunter2" not in str(caught.value)


def test_a_password_beside_the_address_shows_in_it_as_superset_will() -> None:
    document = {"sqlalchemy_uri": "postgresql://u@h/d", "password": "${PW}"}
    found = resolve_database(document, {"PW": "p"}.get, where="databases/d")
    assert (found.document["sqlalchemy_uri"], found.secrets.password) == ("postgresql://u:XXXXXXXXXX@h/d", "p")
    bare = resolve_database(document, {}.get, where="databases/d")
    assert (bare.document, bare.secrets.missing) == (found.document, {Part.PASSWORD: ("PW",)})


def test_secrets_are_due_for_what_is_new_or_another_connection_and_on_request() -> None:
    found = resolve_database(SECRET, {"PW": "p", "KEY": "k", "CLIENT": "c"}.get, where="databases/d")
    wanted = normalize(Kind.DATABASE, found.document)

    def due(live: Document | None, *, rotate: bool = False) -> tuple[Part, ...]:
        return found.secrets.due(wanted, live, rotate=rotate).parts

    assert due(None) == due(wanted, rotate=True) == tuple(Part)
    assert due(wanted) == due(wanted | {"cache_timeout": 7}) == ()
    assert due(wanted | {"sqlalchemy_uri": "postgresql://u:XXXXXXXXXX@other/d"}) == (Part.PASSWORD,)
    assert due(wanted | {"ssh_tunnel": {**wanted["ssh_tunnel"], "server_address": "other"}}) == (Part.TUNNEL,)
    assert due({name: value for name, value in wanted.items() if name != "encrypted_extra"}) == (Part.ENCRYPTED,)


def test_names_are_found_anywhere() -> None:
    assert list(names_in({"a": ["${X} ${Y}", {"b": "${Z}"}], "c": 1})) == ["X", "Y", "Z"]
