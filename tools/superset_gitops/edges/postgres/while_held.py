"""Owns writing only while a lease is held: proof and write are one statement, and no pause fits between them.

Not two statements in a transaction: a process that stands still in the middle would hold the row's lock, and nobody
could take the lease from it.
"""

from __future__ import annotations

from typing import LiteralString

# The lock makes whoever is taking the lease at this moment come before the write or after it. Without it, a snapshot
# would show the old token to a write that lands after the new holder has read.
_HELD: LiteralString = "(SELECT 1 FROM hybrid.lease WHERE environment = %s AND token = %s FOR SHARE)"
_ALWAYS: LiteralString = "(SELECT 1)"
_TOLD: LiteralString = " SELECT (SELECT count(*) FROM held), (SELECT max(number) FROM written)"


def while_held(statement: LiteralString, *, guarded: bool) -> LiteralString:
    """The statement, made conditional on the lease.

    Args:
        statement: an INSERT, UPDATE or DELETE that takes its rows from `held` or asks whether it has any, and returns
            one number for each row that it wrote.
        guarded: whether `held` has a row only while the lease is held; its environment and token are then the first
            two values. Otherwise it always has one.

    Returns:
        A query that gives one row: how many rows `held` has, and the largest number that the statement returned.
    """
    held = _HELD if guarded else _ALWAYS
    return "WITH held AS " + held + ", written (number) AS (" + statement + ")" + _TOLD
