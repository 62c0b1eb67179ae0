"""Logging in to a real Superset, four ways, and what happens when a login ends."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import requests
from faulty_proxy import Answer, FaultyProxy, faulty_proxy
from running_superset import Server

from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.superset.credentials import AccessToken, ApiKey, PasswordLogin, SessionCookie
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.asset import AssetId, Kind

Connect = Callable[..., SupersetClient]


def writes(client: SupersetClient, server: Server) -> None:
    sample = server.sample()
    client.import_assets(sample.files)
    assert AssetId(Kind.CHART, sample.chart_uuid) in client.export_assets().assets


def test_a_password_reads_and_writes(client: SupersetClient, server: Server) -> None:
    info = client.probe()
    assert (info.user, info.login, info.warnings) == (server.user, "bearer", ())
    assert info.version.count(".") >= 2
    assert "Admin" in info.roles
    writes(client, server)


def test_an_access_token_reads_and_writes(connect: Connect, server: Server) -> None:
    token = str(server.api().headers["Authorization"]).removeprefix("Bearer ")
    client = connect(credentials=AccessToken(token))
    assert client.probe().user == server.user
    writes(client, server)


def test_an_api_key_reads_and_writes(connect: Connect, generous: Server) -> None:
    url = f"{generous.base_url}/api/v1/security/api_keys/"
    made = generous.api().post(url, json={"name": f"k {uuid4()}"}, timeout=60)
    made.raise_for_status()
    client = connect(generous.base_url, ApiKey(made.json()["result"]["key"]))
    assert client.probe().user == generous.user
    writes(client, generous)


def test_a_token_that_really_expires_is_renewed_with_a_password_and_told_without(
    connect: Connect, generous: Server
) -> None:
    told: list[str] = []
    renewing = connect(generous.base_url, retries=Retries(report=told.append))
    renewing.probe()
    token = str(generous.api().headers["Authorization"]).removeprefix("Bearer ")
    fixed = connect(generous.base_url, AccessToken(token))
    fixed.probe()
    time.sleep(4)
    writes(renewing, generous)
    assert any("Token has expired" in line for line in told)
    with pytest.raises(Unavailable, match="SUPERSET_ACCESS_TOKEN"):
        fixed.export_assets()


def test_a_session_cookie_reads_and_writes(connect: Connect, proxy: FaultyProxy, server: Server) -> None:
    cookie = browser_cookie(server)

    def renewed(answer: Answer) -> Answer:
        return Answer(answer.status, answer.body, answer.headers | {"Set-Cookie": f"{cookie}; HttpOnly; Path=/"})

    client = connect(proxy.base_url, SessionCookie(cookie))
    proxy.once("GET /api/v1/me/", renewed)
    assert (client.probe().user, client.probe().login) == (server.user, "cookie")
    writes(client, server)
    assert proxy.cookies[-1].count("=") == 1, "the server's own cookie replaces the one we came with"


def browser_cookie(server: Server) -> str:
    browser = requests.Session()
    page = browser.get(f"{server.base_url}/login/", timeout=60).text
    token = page.split('id="csrf_token"')[1].split('value="')[1].split('"')[0]
    form = {"username": server.user, "password": server.password, "csrf_token": token}
    browser.post(f"{server.base_url}/login/", data=form, allow_redirects=False, timeout=60)
    (cookie,) = browser.cookies
    return f"{cookie.name}={cookie.value}"


def test_a_wrong_password_is_said_at_once_and_names_the_variables(connect: Connect, proxy: FaultyProxy) -> None:
    client = connect(proxy.base_url, PasswordLogin("admin", "hunter2"))
    with pytest.raises(Unavailable, match="refused the login of 'admin': 401") as caught:
        client.export_assets()
    assert "SUPERSET_ADMIN_USER" in caught.value.remedy
    assert "SUPERSET_ADMIN_PASS" in caught.value.remedy
    assert "hunter2" not in str(caught.value)
    assert proxy.seen == ["POST /api/v1/security/login"]


@pytest.mark.parametrize(
    ("credentials", "variable"),
    [
        (AccessToken("not.a.token"), "SUPERSET_ACCESS_TOKEN"),
        (ApiKey("sst_wrong"), "SUPERSET_API_KEY"),
        (SessionCookie("forged"), "SUPERSET_SESSION_COOKIE"),
    ],
)
def test_a_secret_that_the_server_does_not_take_names_its_variable(
    connect: Connect, credentials: AccessToken | ApiKey | SessionCookie, variable: str
) -> None:
    with pytest.raises(Unavailable, match=variable) as caught:
        connect(credentials=credentials).probe()
    assert not {"not.a.token", "sst_wrong", "forged"} & set(str(caught.value).split())


EXPIRED = Answer(401, json.dumps({"msg": "Token has expired"}).encode(), {"Content-Type": "application/json"})
LOGIN_PAGE = Answer(302, b"", {"Location": "/login/?next=/"})


@pytest.mark.parametrize("lost", [EXPIRED, LOGIN_PAGE])
def test_a_login_that_ends_in_mid_run_is_renewed(
    connect: Connect, proxy: FaultyProxy, server: Server, lost: Answer
) -> None:
    told: list[str] = []
    client = connect(proxy.base_url, retries=Retries(report=told.append))
    client.probe()
    proxy.once("POST /api/v1/assets/import/", lost)
    writes(client, server)
    assert proxy.seen.count("POST /api/v1/security/login") == 2
    assert any("logging in again" in line for line in told)


def test_a_token_of_a_server_with_another_key_is_renewed(client: SupersetClient, server: Server) -> None:
    client.probe()
    # What a restart with another SECRET_KEY does to a token: its signature does not fit any more.
    headers = client._session._http.headers
    headers["Authorization"] = str(headers["Authorization"])[:-8] + "AAAAAAAA"
    writes(client, server)


def test_a_csrf_token_that_the_server_forgot_is_fetched_again(connect: Connect, server: Server) -> None:
    token = str(server.api().headers["Authorization"]).removeprefix("Bearer ")
    client = connect(credentials=AccessToken(token))
    client.probe()
    client._session._http.headers["X-CSRFToken"] = "expired"
    writes(client, server)


def test_an_access_token_that_ends_in_mid_run_says_which_variable(connect: Connect, server: Server) -> None:
    token = str(server.api().headers["Authorization"]).removeprefix("Bearer ")
    with faulty_proxy(server.base_url) as proxy:
        client = connect(proxy.base_url, AccessToken(token, variable="SUPERSET_ACCESS_TOKEN_PROD"))
        client.probe()
        proxy.once("GET /api/v1/assets/export/", EXPIRED, times=2)
        with pytest.raises(Unavailable, match="SUPERSET_ACCESS_TOKEN_PROD") as caught:
            client.export_assets()
    assert "Token has expired" in caught.value.what
    assert token not in str(caught.value)


@pytest.fixture
def public_may_read_charts(server: Server) -> Iterator[None]:
    api = server.api()
    roles = api.get(f"{server.base_url}/api/v1/security/roles/", params={"q": "(page_size:100)"}, timeout=60).json()
    public = next(role["id"] for role in roles["result"] if role["name"] == "Public")
    url = f"{server.base_url}/api/v1/security/roles/{public}/permissions"
    before = [one["id"] for one in api.get(f"{url}/", timeout=60).json()["result"]]
    found = []
    page = 0
    while not found:
        rights = api.get(
            f"{server.base_url}/api/v1/security/permissions-resources/",
            params={"q": f"(page:{page},page_size:100)"},
            timeout=60,
        ).json()["result"]
        assert rights
        found = [
            right["id"]
            for right in rights
            if (right["permission"]["name"], right["view_menu"]["name"]) == ("can_read", "Chart")
        ]
        page += 1
    api.post(url, json={"permission_view_menu_ids": [*before, *found]}, timeout=60).raise_for_status()
    yield
    api.post(url, json={"permission_view_menu_ids": before}, timeout=60).raise_for_status()


@pytest.mark.usefixtures("public_may_read_charts")
def test_a_public_role_that_reads_charts_does_not_make_them_vanish(connect: Connect, server: Server) -> None:
    client = connect()
    token = str(server.api().headers["Authorization"])
    bearer = {"Authorization": token, "Accept": "application/json"}
    sample = server.sample()
    client.import_assets(sample.files)
    shown = requests.get(f"{server.base_url}/api/v1/chart/", headers=bearer, timeout=60).json()["count"]
    assert shown == 0, "the trap is not set"
    assert client.probe().login == "cookie"
    assert AssetId(Kind.CHART, sample.chart_uuid) in client.export_assets().assets
    with pytest.raises(ConfigurationError, match="ignores tokens and API keys for charts"):
        connect(credentials=AccessToken(token.removeprefix("Bearer "))).export_assets()


def test_a_user_who_is_no_admin_is_warned(connect: Connect, server: Server) -> None:
    api = server.api()
    roles = api.get(f"{server.base_url}/api/v1/security/roles/", params={"q": "(page_size:100)"}, timeout=60).json()
    alpha = next(role["id"] for role in roles["result"] if role["name"] == "Alpha")
    name = f"alpha-{uuid4().hex[:8]}"
    user = {"username": name, "password": "alpha-pw", "active": True, "roles": [alpha], "email": f"{name}@example.org"}
    user |= {"first_name": "Al", "last_name": "Pha"}
    api.post(f"{server.base_url}/api/v1/security/users/", json=user, timeout=60).raise_for_status()
    (warning,) = connect(credentials=PasswordLogin(name, "alpha-pw")).probe().warnings
    assert "Alpha" in warning
    assert "Admin" in warning
