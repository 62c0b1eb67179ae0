"""Zip files in and out."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.edges.superset.archive import pack, unpack
from superset_gitops.errors import Unavailable

NAMES = st.text("abcдж_-", min_size=1, max_size=8).map(lambda stem: f"charts/{stem}.yaml")


@given(st.dictionaries(NAMES, st.text(max_size=40)))
def test_what_is_packed_is_unpacked_and_the_order_does_not_show(files: dict[str, str]) -> None:
    packed = pack({path: text.encode() for path, text in files.items()})
    assert unpack(packed, where="here") == files
    assert packed == pack({path: files[path].encode() for path in reversed(files)})


@pytest.mark.parametrize("member", ["/etc/passwd", "root/../../x.yaml", "x.yaml", "root/..\\x.yaml"])
def test_a_member_outside_the_root_folder_is_refused(member: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(member), "x")
    with pytest.raises(Unavailable, match="unexpected member"):
        unpack(buffer.getvalue(), where="here")


@pytest.mark.parametrize("data", [b"", b"<html>502</html>", pack({"charts/a.yaml": b"x" * 5000})[:2000]])
def test_what_is_no_whole_zip_is_an_error_and_not_an_empty_export(data: bytes) -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        unpack(data, where="here")


def test_text_in_another_encoding_is_an_error() -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        unpack(pack({"charts/a.yaml": b"\xff\xfe"}), where="here")
