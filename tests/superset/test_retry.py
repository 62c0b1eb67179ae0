"""When a call is repeated, how long is waited, and what giving up says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.edges.retry import Retries, Transience, parse_retry_after, retrying
from superset_gitops.errors import Unavailable

QUICK = Retries(first_wait=0.001, longest_wait=0.01)


class Hiccup(Exception):
    pass


def passes(error: BaseException) -> Transience | None:
    return Transience("it hiccuped") if isinstance(error, Hiccup) else None


def failing(times: int, error: Exception) -> tuple[Callable[[], str], list[int]]:
    calls: list[int] = []

    def call() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return "done"

    return call, calls


def test_a_transient_failure_is_tried_again_and_told() -> None:
    told: list[str] = []
    call, calls = failing(2, Hiccup())
    retries = Retries(first_wait=0.001, report=told.append)
    assert retrying(call, transient=passes, retries=retries, doing="count sheep") == "done"
    assert len(calls) == 3
    assert [line.split(";")[0] for line in told] == [
        "count sheep: it hiccuped (attempt 1 of 3)",
        "count sheep: it hiccuped (attempt 2 of 3)",
    ]


def test_what_does_not_pass_fails_at_once_and_unchanged() -> None:
    error = ValueError("for good")
    call, calls = failing(9, error)
    with pytest.raises(ValueError, match="for good") as caught:
        retrying(call, transient=passes, retries=QUICK, doing="count sheep")
    assert caught.value is error
    assert len(calls) == 1


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_giving_up_says_what_was_tried_and_where(attempts: int) -> None:
    call, calls = failing(9, Hiccup())
    retries = Retries(attempts, first_wait=0.001)
    with pytest.raises(Unavailable, match="could not count sheep: it hiccuped") as caught:
        retrying(call, transient=passes, retries=retries, doing="count sheep", where="the meadow")
    assert len(calls) == attempts
    assert caught.value.where == "the meadow"
    assert ("once" if attempts == 1 else f"{attempts} times") in caught.value.what


def test_a_wait_that_a_server_asks_for_is_kept_but_not_forever() -> None:
    told: list[str] = []
    call, _ = failing(1, Hiccup())
    retries = Retries(first_wait=0.001, longest_wait=0.02, report=told.append)
    retrying(call, transient=lambda _: Transience("busy", 3600.0), retries=retries, doing="x")
    assert told == ["x: busy (attempt 1 of 3); again in 0.0 s"]


@given(st.integers(0, 10**6))
def test_retry_after_is_read_in_seconds_and_as_a_date(seconds: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert parse_retry_after(str(seconds)) == seconds
    assert parse_retry_after(format_datetime(now + timedelta(seconds=seconds), usegmt=True), now=now) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("soon", None), ("-1", None), ("٣", None), ("Wed, 01 Jan 2020 00:00:00 GMT", 0.0)],
)
def test_a_strange_retry_after_is_no_reason_to_fail(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header) == seconds
