"""Which credentials the environment variables give, and that none of them shows."""

from __future__ import annotations

import pytest

from superset_gitops.edges.superset.address import Address
from superset_gitops.edges.superset.credentials import (
    AccessToken,
    ApiKey,
    PasswordLogin,
    SessionCookie,
    credentials_from,
)
from superset_gitops.errors import ConfigurationError


def test_user_and_password_of_the_environment_win_over_the_general_ones() -> None:
    variables = {"SUPERSET_ADMIN_USER": "a", "SUPERSET_ADMIN_PASS": "b", "SUPERSET_ADMIN_PASS_PROD": "c"}
    assert credentials_from(variables, "prod") == PasswordLogin("a", "c")
    assert credentials_from(variables, "dev") == PasswordLogin("a", "b")


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("SUPERSET_ACCESS_TOKEN", AccessToken),
        ("SUPERSET_API_KEY", ApiKey),
        ("SUPERSET_SESSION_COOKIE", SessionCookie),
    ],
)
def test_a_token_knows_the_variable_that_it_came_from(
    name: str, variant: type[AccessToken | ApiKey | SessionCookie]
) -> None:
    user = {"SUPERSET_ADMIN_USER": "a", "SUPERSET_ADMIN_PASS": "b"}
    assert credentials_from({**user, name: "x"}, "dev") == variant("x", variable=name)
    assert credentials_from({**user, f"{name}_DEV": "x"}, "dev") == variant("x", variable=f"{name}_DEV")


@pytest.mark.parametrize(("given", "missing"), [({}, "SUPERSET_ADMIN_USER"), ({"SUPERSET_ADMIN_USER": "a"}, "PASS")])
def test_missing_credentials_name_the_variable(given: dict[str, str], missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        credentials_from(given, "dev")


@pytest.mark.parametrize(
    "credentials", [PasswordLogin("me", "hunter2"), AccessToken("hunter2"), ApiKey("hunter2"), SessionCookie("hunter2")]
)
def test_no_secret_is_in_the_repr(credentials: object) -> None:
    assert "hunter2" not in repr(credentials)


@pytest.mark.parametrize(
    ("cookie", "name", "value"), [("abc.d-e_f", "session", "abc.d-e_f"), ("superset=abc; ", "superset", "abc")]
)
def test_a_cookie_may_come_with_its_name(cookie: str, name: str, value: str) -> None:
    assert (SessionCookie(cookie).name, SessionCookie(cookie).value) == (name, value)


@pytest.mark.parametrize("written", ["https://h:8/bi", "https://h:8/bi/", " https://h:8/bi// "])
def test_a_base_url_is_taken_as_people_write_it(written: str) -> None:
    assert Address.parse(written).url("/api") == "https://h:8/bi/api"


@pytest.mark.parametrize(
    "written", ["superset.example", "ftp://h", "https://", "https://h/?a=b", "https://u:hunter2@h/"]
)
def test_a_base_url_that_cannot_work_is_refused_without_its_secret(written: str) -> None:
    with pytest.raises(ConfigurationError, match="BASE_URL") as caught:
        Address.parse(written)
    assert "hunter2" not in str(caught.value)
