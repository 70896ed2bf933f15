"""Hostile text stays text: in a code cell, in Markdown, in HTML."""

from __future__ import annotations

import ast
import json
from html.parser import HTMLParser

import mistune
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager
from markdown_it import MarkdownIt

from explorer.cohort.texts import one_line
from explorer.export.text import as_data, as_html, as_markdown
from tests.export.hostile import TEXTS, hostile_texts

values = st.recursive(
    st.none() | st.integers() | st.booleans() | hostile_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(hostile_texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
@example(list(TEXTS))
def test_data_is_one_literal_and_reads_back(value: object) -> None:
    source = f"import json\nfound = {as_data(value)}"
    assert source.isascii()
    assignment = ast.parse(source).body[1]
    assert isinstance(assignment, ast.Assign)
    call = assignment.value
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.func) == "json.loads"
    assert [type(argument) for argument in call.args] == [ast.Constant]
    assert not call.keywords
    assert json.loads(ast.literal_eval(call.args[0])) == value
    assert TransformerManager().transform_cell(source) == f"{source}\n"


class Page(HTMLParser):
    """The tags and the text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(" ".join([tag, *(f"{name}={value}" for name, value in attrs)]))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def is_plain(html: str, text: str, own: set[str]) -> None:
    page = Page(html)
    assert set(page.tags) <= own
    assert "".join(page.text).strip() == text.strip()
    # A formula needs both of its marks in one piece of text.
    assert not [piece for piece in page.text if len(piece) > 1 and ("$" in piece or "\\" in piece)]


@given(hostile_texts)
def test_html_shows_the_text(text: str) -> None:
    is_plain(as_html(text), one_line(text), {"span"})


RENDERERS = {
    "commonmark": MarkdownIt("commonmark").render,
    "tables and strikethrough": MarkdownIt("commonmark").enable(["table", "strikethrough"]).render,
    "mistune": mistune.create_markdown(escape=False, plugins=["strikethrough", "table", "url", "math", "footnotes"]),
}


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(("before", "tag"), [("# ", "h1"), ("Said: ", "p")])
@given(text=hostile_texts.filter(str.strip))
def test_markdown_shows_the_text(renderer: str, before: str, tag: str, text: str) -> None:
    html = str(RENDERERS[renderer](f"{before}{as_markdown(text)}"))
    shown = " ".join(one_line(text).split(" "))
    page = Page(html)
    assert set(page.tags) <= {tag, "span"}
    assert "".join(page.text).split() == f"{before.strip('# ')} {shown}".split()
