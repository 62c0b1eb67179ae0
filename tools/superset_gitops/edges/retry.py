"""Owns when a call is worth repeating, how long to wait before, and how giving up is told.

What counts as transient is the caller's: an edge passes a function that looks at an exception.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar

import backoff

from superset_gitops.errors import Unavailable

T = TypeVar("T")


def _silent(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how patiently a transient failure is retried.

    Attributes:
        attempts: calls in all, the first one included; at least 1.
        first_wait: upper bound in seconds of the first wait; it doubles with each further one.
        longest_wait: upper bound in seconds of any wait, also of one that a server asks for.
        report: told of each retry, in one line without secrets.
    """

    attempts: int = 3
    first_wait: float = 1.0
    longest_wait: float = 60.0
    report: Callable[[str], None] = field(default=_silent, repr=False)


@dataclass(frozen=True, slots=True)
class Transience:
    """Why a failure may pass by itself.

    Attributes:
        reason: in a few words, without secrets: `503 Service Unavailable`, `connection refused`.
        retry_after: seconds that the server asked to wait; None where it did not say.
    """

    reason: str
    retry_after: float | None = None


# Says why an exception may pass by itself, or None: then it is raised at once.
TransientPredicate = Callable[[BaseException], Transience | None]


def retrying(
    call: Callable[[], T], *, transient: TransientPredicate, retries: Retries, doing: str, where: str = ""
) -> T:
    """Call until it succeeds, fails for good, or the attempts are used up.

    Args:
        call: must be safe to repeat even when it did its work and only the answer was lost.
        transient: see `TransientPredicate`.
        retries: how often and how patiently.
        doing: what is attempted, for the messages: `export all assets`.
        where: the address, without credentials.

    Raises:
        Unavailable: every attempt failed in a way that might have passed.
        Exception: whatever `call` raised that is not transient, unchanged.
    """
    started = time.monotonic()

    def announce(details: Any) -> None:
        fault = transient(details["exception"])
        reason = fault.reason if fault else "failed"
        attempt = f"attempt {details['tries']} of {retries.attempts}"
        retries.report(f"{doing}: {reason} ({attempt}); again in {details['wait']:.1f} s")

    repeated = backoff.on_exception(
        # A partial, because backoff calls the functions that it is given as the generator's arguments.
        partial(_waits, transient, retries),
        Exception,
        max_tries=retries.attempts,
        jitter=None,
        giveup=lambda error: transient(error) is None,
        on_backoff=announce,
        logger=None,
    )(call)
    try:
        return repeated()
    except Exception as error:
        fault = transient(error)
        if fault is None:
            raise
        raise _gave_up(fault, retries.attempts, time.monotonic() - started, doing, where) from error


def parse_retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds to wait, from a `Retry-After` header in either form (RFC 9110, 10.2.3); None where there is none.

    A date in the past is 0; what cannot be read counts as absent.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _waits(transient: TransientPredicate, retries: Retries) -> Generator[float, Any, None]:
    """Full jitter, unless the server said when to come back; `backoff` sends each exception in."""
    ceiling = retries.first_wait
    error = yield 0.0  # backoff starts the generator with this one and throws it away
    while True:
        fault = transient(error)
        if fault is not None and fault.retry_after is not None:
            wait = fault.retry_after + backoff.full_jitter(retries.first_wait)
        else:
            wait = backoff.full_jitter(ceiling)
        ceiling *= 2
        error = yield min(wait, retries.longest_wait)


def _gave_up(fault: Transience, attempts: int, seconds: float, doing: str, where: str) -> Unavailable:
    tried = f"tried {attempts} times in {seconds:.0f} s" if attempts > 1 else "tried once"
    return Unavailable(
        f"could not {doing}: {fault.reason} ({tried})",
        where=where,
        remedy="check that it is running and reachable from here, then run the same command again",
    )
