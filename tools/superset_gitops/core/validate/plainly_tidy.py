"""Owns a fast proof that yamllint's default rules, as we set them, have nothing to say about a text.

yamllint takes three milliseconds for a chart; most texts are so plain that a look at each line is enough. The proof is
one-sided: where it fails, yamllint is asked.
"""

from __future__ import annotations

import re

# An indented line, the dashes in front of its content, and the content.
_LINE = re.compile(r"( *)((?:- )*)(.*)")
_SUSPICIOUS = re.compile(
    r"""\s$             # trailing blanks
      | \s[:,]          # a blank before a colon or a comma
      | ^[?&*!]|[-:]\s+[&*!?]  # rare YAML: tags, anchors, aliases, complex keys
      | ^-?\s           # a dash with more than one blank, or a tab
      | ^-$             # a dash alone: its content's column is the next line's matter
      | yamllint
      | [^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff] | [\x7f-\x9f\u2028\u2029]
    """,
    re.VERBOSE,
)
# What the next line may stand deeper than: a key without a value, or the head of a block scalar.
_OPENS = re.compile(r":(?: [|>][+-]?)?$")


def is_plainly_tidy(text: str) -> bool:
    """Whether every line is as deep as the one before it allows, closes what it opens, and has no odd blanks."""
    deepest = 0
    for line in text.split("\n"):
        if not line:
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            return False
        spaces, dashes, content = len(found[1]), len(found[2]), found[3]
        if not content or spaces % 2 or _SUSPICIOUS.search(content) or not _is_closed(content):
            return False
        if content[0] == "#" and not dashes:
            continue
        if spaces > deepest or content[0] == "#":
            return False
        deepest = spaces + dashes + (2 if _OPENS.search(content) else 0)
    return True


def _is_closed(content: str) -> bool:
    """Whether flow brackets and quotes are balanced in this line, so that nothing in it goes on in the next."""
    balanced = content.count("[") == content.count("]") and content.count("{") == content.count("}")
    return balanced and content.count('"') % 2 == 0 and content.count("'") % 2 == 0
