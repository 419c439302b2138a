"""Whatever the text is, the tree of the page is the one that was built."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from jyxl import characters
from jyxl.reports.html import page, tag

TEXTS = st.text() | st.sampled_from(
    ["</p><script>x</script>", '" onclick="x', "&lt;&amp;", "<!--", "]]>", "'\ud800\x00\u202e"]
)


class Body(HTMLParser):
    """Reads the one paragraph of a body."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.title = ""
        self.text = ""
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "p":
            (self.title,) = [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        if "p" in self.tags:
            self.text += data


@given(TEXTS, TEXTS)
def test_texts_and_attributes_come_back_and_make_no_tags(text: str, title: str) -> None:
    body = Body(page(title, "", tag("p", text, tag("b", text), text, title=title)))
    assert body.tags == ["html", "head", *["meta"] * 4, "title", "style", "body", "p", "b"]
    assert body.text == characters.lines(text) * 3
    assert body.title == characters.one_line(title)
