"""Owns asking git something in a few milliseconds: `subprocess` takes longer to import than git to answer."""

from __future__ import annotations

import os

# What a pipe holds on every system: so much is written without a reader.
PIPE_BYTES = 16_384


def ask_git(*arguments: str, stdin: bytes = b"") -> bytes | None:
    """What git prints, in the folder and with the variables that this process has; None where it fails.

    What it says on stderr is dropped: who gets None asks again where errors are told.

    Args:
        arguments: git's own.
        stdin: what it reads, `PIPE_BYTES` at most.
    """
    reading, writing = os.pipe()
    asked, asking = os.pipe()
    os.write(asking, stdin)
    os.close(asking)
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, asked, 0), (os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    try:
        process = os.posix_spawnp("git", ["git", *arguments], os.environ, file_actions=actions)
    except FileNotFoundError:
        os.close(reading)
        return None
    finally:
        os.close(writing)
        os.close(asked)
        os.close(null)
    with open(reading, "rb") as output:
        answer = output.read()
    _, status = os.waitpid(process, 0)
    return answer if os.waitstatus_to_exitcode(status) == 0 else None
