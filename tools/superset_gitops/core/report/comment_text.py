"""Owns a plan as one comment: the hidden marker that it is found by, and a text that the forge takes whole."""

from __future__ import annotations

import re

# GitHub takes 65,536 characters in a comment.
LONGEST = 65_500
_MARKER = re.compile(r"<!-- superset-gitops plan: (\S+) -->")


def plan_marker(environment: str) -> str:
    """The line that no reader sees and that tells this environment's plan from every other comment."""
    return f"<!-- superset-gitops plan: {environment} -->"


def environment_of(plan: str) -> str | None:
    """The environment whose plan this Markdown is; None where it is no plan."""
    found = _MARKER.search(plan)
    return found[1] if found else None


def comment_text(plan: str, environment: str, *, commit: str = "", run: str = "", longest: int = LONGEST) -> str:
    """The comment: marker first, then the plan, then where it comes from; cut between lines where it is too long.

    Args:
        plan: Markdown, as `hybrid drift-plan --format markdown` prints it.
        environment: the plan's.
        commit: what was planned; empty where it is unknown.
        run: the page with the whole of it; empty where there is none.
        longest: in characters.
    """
    marker = plan_marker(environment)
    text = plan.replace(marker, "", 1).strip()
    told = [f"commit {commit[:12]}" if commit else "", f"[run]({run})" if run else ""]
    origin = " · ".join(part for part in told if part)
    foot = f"\n\n<sub>{origin}</sub>\n" if origin else "\n"
    whole = f"{marker}\n{text}{foot}"
    if len(whole) <= longest:
        return whole
    cut = "\n\n… the plan is longer than a comment may be; the whole of it is in the run's summary.\n"
    room = longest - len(marker) - len("\n") - len(foot) - len(cut)
    return f"{marker}\n{_cut(text, room)}{cut}{foot}"


def _cut(text: str, room: int) -> str:
    """As many whole lines as fit, with every fence and fold closed."""
    kept = text[: max(room, 0)].rpartition("\n")[0]
    while kept and len(kept) + len(_closing(kept)) > room:
        kept = kept.rpartition("\n")[0]
    return kept + _closing(kept)


def _closing(text: str) -> str:
    fence = ""
    for found in re.finditer(r"^ {0,3}(`{3,})(.*)$", text, re.MULTILINE):
        if not fence:
            fence = found[1]
        elif len(found[1]) >= len(fence) and not found[2].strip():
            fence = ""
    folds = text.count("<details") - text.count("</details>")
    return (f"\n{fence}" if fence else "") + "\n\n</details>" * max(0, folds)
