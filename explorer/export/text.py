"""Foreign text in a notebook: as HTML, as Markdown, and as data in a code cell."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from explorer.cohort.texts import one_line

__all__ = ["as_data", "as_html", "as_markdown"]

_BREAKS_MATH = re.compile(r"[$\\]")
_ACTIVE = re.compile(r"[^\w\s,.()'%;/-]|_|(?<=[wW]{3})\.")
_WIDTH = 110


def as_html(text: str) -> str:
    r"""Return the text so that a browser, and MathJax, show it as it is.

    JupyterLab looks for ``$…$``, ``\(…\)`` and ``\begin`` in every output; a tag of its own around each mark hides it.

    Examples
    --------
    >>> as_html("<b> $x$")
    '&lt;b&gt; <span>$</span>x<span>$</span>'
    """
    return _BREAKS_MATH.sub(lambda mark: f"<span>{mark[0]}</span>", html.escape(one_line(text)))


def as_markdown(text: str) -> str:
    """Return the text so that no Markdown renderer finds a link, a tag, emphasis or a formula in it.

    It stays on one line, and must not begin one.

    Examples
    --------
    >>> as_markdown("T2 *weighted*")
    'T2 &#42;weighted&#42;'
    """
    return _ACTIVE.sub(_entity, one_line(text))


def _entity(found: re.Match[str]) -> str:
    mark = found[0]
    if not mark.isascii():
        return mark
    entity = f"&#{ord(mark)};"
    return f"<span>{entity}</span>" if mark in "$\\" else entity


def as_data(value: Any) -> str:
    r"""Return Python that reads a JSON value back; whatever the value holds, none of it can become code.

    It is a call of `json.loads` on a raw literal between three single quotes. The JSON is ASCII and has no single
    quote, so nothing in it can end the literal; its line breaks all stand between values, so every line begins with a
    mark of JSON and never with foreign text.

    Examples
    --------
    >>> print(as_data({"name": "it's"}))
    json.loads(r'''
    {"name": "it\u0027s"}
    ''')
    """
    return f"json.loads(r'''\n{_laid_out(value)}\n''')"


def _laid_out(value: Any, margin: int = 0, taken: int = 0) -> str:
    """Return the value as JSON that is broken only where a line would get too long."""
    line = json.dumps(value).replace("'", "\\u0027")
    if margin + taken + len(line) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    if isinstance(value, dict):
        names = [f"{_laid_out(name)}: " for name in value]
        parts = [
            name + _laid_out(part, margin + 1, len(name)) for name, part in zip(names, value.values(), strict=True)
        ]
        opening, closing = "{}"
    else:
        parts = [_laid_out(part, margin + 1) for part in value]
        opening, closing = "[]"
    return opening + f",\n{' ' * (margin + 1)}".join(parts) + closing
