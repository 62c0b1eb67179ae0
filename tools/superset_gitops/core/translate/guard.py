"""Owns guards: lines of a template that only one environment sees, beside those that all others keep."""

from __future__ import annotations

import difflib


def guarded(before: str, after: str, environment: str) -> str:
    """The template in which `environment` sees the lines of `after`, and all others those of `before`."""
    newline = "\r\n" if "\r\n" in before else "\n"
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += old[i1:i2]
            continue
        kept, own = old[i1:i2], new[j1:j2]
        indent = _indent((own or kept)[0])
        if own:
            lines += [f'{indent}{{% if env == "{environment}" %}}{newline}', *_ended(own, newline)]
            if kept:
                lines += [f"{indent}{{% else %}}{newline}", *_ended(kept, newline)]
        else:
            lines += [f'{indent}{{% if env != "{environment}" %}}{newline}', *_ended(kept, newline)]
        lines.append(f"{indent}{{% endif %}}{newline}")
    return "".join(lines)


def guarded_whole(text: str, condition: str) -> str:
    """A whole template that only exists where the condition holds."""
    newline = "\r\n" if "\r\n" in text else "\n"
    end = "" if text.endswith("\n") or not text else newline
    return f"{{% if {condition} %}}{newline}{text}{end}{{% endif %}}{newline}"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _ended(lines: list[str], newline: str) -> list[str]:
    return [*lines[:-1], lines[-1] if lines[-1].endswith("\n") else lines[-1] + newline]
