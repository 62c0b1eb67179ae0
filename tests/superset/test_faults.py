"""What the client does when the way to Superset misbehaves: a real proxy of the tests' own stands in between."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from faulty_proxy import Answer, FaultyProxy, Lost, faulty_proxy
from running_superset import Server

from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.asset import AssetId, Kind

Connect = Callable[..., SupersetClient]
EXPORT = "GET /api/v1/assets/export/"
IMPORT = "POST /api/v1/assets/import/"


def test_a_closed_port_is_tried_three_times_and_named(connect: Connect) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        told: list[str] = []
        with pytest.raises(Unavailable, match="connection refused") as caught:
            connect(url, retries=Retries(first_wait=0.01, report=told.append)).probe()
    assert caught.value.where == url
    assert "tried 3 times" in caught.value.what
    assert len(told) == 2


def test_a_host_that_does_not_exist_is_named(connect: Connect) -> None:
    with pytest.raises(Unavailable, match="host name") as caught:
        connect("http://superset.invalid").probe()
    assert caught.value.where == "http://superset.invalid"


def test_what_is_no_superset_is_said_so(connect: Connect, proxy: FaultyProxy) -> None:
    proxy.once("POST /api/v1/security/login", Answer(200, b"<html>hello</html>", {"Content-Type": "text/html"}))
    with pytest.raises(Unavailable, match="text/html"):
        connect(proxy.base_url).probe()


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_cannot_answer_now_is_asked_again(connect: Connect, proxy: FaultyProxy, status: int) -> None:
    client = connect(proxy.base_url)
    client.probe()
    proxy.once(EXPORT, Answer(status), times=2)
    client.export_assets()
    assert sum(request.startswith(EXPORT) for request in proxy.seen) == 3


def test_a_server_that_never_can_is_given_up_with_what_was_tried(connect: Connect, proxy: FaultyProxy) -> None:
    client = connect(proxy.base_url)
    client.probe()
    proxy.once(EXPORT, Answer(503), times=3)
    with pytest.raises(Unavailable, match=r"503 Service Unavailable \(tried 3 times") as caught:
        client.export_assets()
    assert caught.value.where == proxy.base_url


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_honoured(connect: Connect, proxy: FaultyProxy, as_date: bool) -> None:
    told: list[str] = []
    client = connect(proxy.base_url, retries=Retries(first_wait=0.001, report=told.append))
    client.probe()
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    proxy.once(EXPORT, Answer(503, headers={"Retry-After": later if as_date else "2"}))
    started = time.monotonic()
    client.export_assets()
    assert time.monotonic() - started >= 1.5
    assert "503" in told[0]


def test_a_body_that_is_cut_off_is_read_again(connect: Connect, proxy: FaultyProxy) -> None:
    def cut(answer: Answer) -> Answer:
        return Answer(answer.status, answer.body, answer.headers, truncated=True)

    client = connect(proxy.base_url)
    expected = client.export_assets().assets.keys()
    proxy.once(EXPORT, cut, times=2)
    assert client.export_assets().assets.keys() == expected
    proxy.once(EXPORT, cut, times=3)
    with pytest.raises(Unavailable, match="cut off"):
        client.export_assets()


def test_an_import_whose_answer_was_lost_is_sent_again_and_done_once(
    connect: Connect, proxy: FaultyProxy, server: Server
) -> None:
    client = connect(proxy.base_url)
    sample = server.sample()
    proxy.once(IMPORT, Lost())
    client.import_assets(sample.files)
    assert sum(request.startswith(IMPORT) for request in proxy.seen) == 2
    names = [asset.name for asset in client.export_assets().assets.values()]
    assert names.count(f"出生 {sample.tag}") == 1


def test_a_delete_whose_answer_was_lost_is_done(connect: Connect, proxy: FaultyProxy, server: Server) -> None:
    client = connect(proxy.base_url)
    sample = server.sample()
    client.import_assets(sample.files)
    key = AssetId(Kind.DASHBOARD, sample.dashboard_uuid)
    proxy.once("DELETE", Lost())
    client.delete(Kind.DASHBOARD, client.changes()[key].id)
    assert key not in client.changes()


def test_a_server_that_hangs_is_given_up(connect: Connect, proxy: FaultyProxy) -> None:
    def slowly(answer: Answer) -> Answer:
        time.sleep(3)
        return answer

    client = connect(proxy.base_url, timeout=(5, 1))
    client.probe()
    proxy.once(EXPORT, slowly, times=3)
    with pytest.raises(Unavailable, match="did not answer in time"):
        client.export_assets()


def test_a_base_url_may_have_a_path_and_a_slash(connect: Connect, server: Server) -> None:
    with faulty_proxy(server.base_url, prefix="/bi/reports") as below:
        client = connect(below.base_url + "/")
        sample = server.sample()
        client.import_assets(sample.files)
        assert AssetId(Kind.CHART, sample.chart_uuid) in client.export_assets().assets


def test_a_certificate_of_ones_own_needs_its_authority_named(
    connect: Connect, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    name = ["-subj", "/CN=tests", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", "-nodes", *made, *name], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with faulty_proxy(server.base_url, tls=context) as proxy:
        told: list[str] = []
        with pytest.raises(Unavailable, match="certificate") as caught:
            connect(proxy.base_url, retries=Retries(report=told.append)).probe()
        assert "REQUESTS_CA_BUNDLE" in caught.value.remedy
        assert told == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        connect(proxy.base_url).import_assets(server.sample().files)


def test_a_redirect_is_never_followed(connect: Connect, proxy: FaultyProxy) -> None:
    client = connect(proxy.base_url)
    client.probe()
    proxy.once(IMPORT, Answer(308, headers={"Location": "https://elsewhere.example/"}))
    with pytest.raises(Unavailable, match="elsewhere") as caught:
        client.import_assets({"queries/x.yaml": b"{}"})
    assert "BASE_URL" in caught.value.remedy


def test_no_error_shows_the_password(connect: Connect, server: Server) -> None:
    url = server.base_url.replace("http://", f"http://{server.user}:{server.password}@")
    with pytest.raises(ConfigurationError) as caught:
        connect(url)
    assert server.password not in str(caught.value)
