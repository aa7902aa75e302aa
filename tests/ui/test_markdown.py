"""Markdown becomes blocks: what each is, that growing texts give the same, and that nothing hostile gets through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna_ui.conversation.markdown.block import Block
from myna_ui.conversation.markdown.code import PIECE_LINES, pieces
from myna_ui.conversation.markdown.growing import GrowingBlocks
from myna_ui.conversation.markdown.inline import address

MIXED = """# Tides

The moon *pulls* the **sea** `twice`.
1. one
2. two
   - inner
   - more

   a paragraph of the second
3. three

> said
> > before

```python
def f(x):
    return "a" + 1  # why
```

| Port | High |
|------|-----:|
| 上海 | **7** |

---
- a
- b

中文段落。
"""


def blocks(text: str, *, markdown: bool = True) -> list[Block]:
    growing = GrowingBlocks(markdown=markdown)
    growing.feed(text)
    return growing.blocks


def test_each_kind_of_block() -> None:
    found = blocks(MIXED)
    assert [block.kind for block in found if block.kind != "paragraph"] == ["heading", "code", "table", "rule"]
    assert [block.marker for block in found if block.marker] == ["1.", "2.", "◦", "◦", "3.", "•", "•"]
    assert [block.indent for block in found if block.marker] == [1, 1, 2, 2, 1, 1, 1]
    assert [(block.text, block.quotes) for block in found if block.quotes] == [("said", 1), ("before", 2)]
    [table] = [block for block in found if block.kind == "table"]
    assert table.columns == 2
    assert [(cell.html, cell.align, cell.head) for cell in table.cells] == [
        ("Port", "left", True),
        ("High", "right", True),
        ("上海", "left", False),
        ("<b>7</b>", "right", False),
    ]


def test_code_has_colours_and_its_language() -> None:
    [code] = blocks("```python\ndef f(): return 1\n```")
    assert code.language == "python"
    assert code.text == "def f(): return 1\n"
    assert "color:" in code.html
    [unknown] = blocks("```no-such-language\nx < y\n```")
    assert "color:" not in unknown.html
    assert unknown.html == "x&nbsp;&lt;&nbsp;y"


def test_code_is_there_while_its_fence_is_open() -> None:
    growing = GrowingBlocks()
    growing.feed("Look:\n\n```py\nx = 1")
    assert [block.kind for block in growing.blocks] == ["paragraph", "code"]
    growing.feed("\ny = 2\n```\n\nDone.")
    assert [block.kind for block in growing.blocks] == ["paragraph", "code", "paragraph"]
    assert growing.blocks[1].text == "x = 1\ny = 2\n"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=len(MIXED)))
def test_a_text_that_grows_gives_the_same_blocks_as_the_whole(sizes: list[int]) -> None:
    growing, at = GrowingBlocks(), 0
    for size in sizes:
        growing.feed(MIXED[at : at + size])
        at += size
    growing.feed(MIXED[at:])
    assert growing.blocks == blocks(MIXED)


def test_only_the_open_end_is_parsed_again() -> None:
    growing = GrowingBlocks()
    growing.feed("one\n\ntwo\n\n- a\n- b")
    kept = list(growing.blocks)
    first = growing.feed("c")
    assert first == 3
    assert all(before is after for before, after in zip(kept[:first], growing.blocks[:first], strict=True))


def test_line_ends_of_other_systems_are_line_ends() -> None:
    growing = GrowingBlocks()
    for piece in MIXED.replace("\n", "\r\n"):
        growing.feed(piece)
    assert growing.blocks == blocks(MIXED)


def test_numbers_go_on_in_a_list_whose_items_are_all_called_one() -> None:
    growing = GrowingBlocks()
    for piece in ("1. a\n", "1. b\n", "1. c\n", "1. d"):
        growing.feed(piece)
    assert [block.marker for block in growing.blocks] == ["1.", "2.", "3.", "4."]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src='file:///etc/passwd'>",
        "<a href='javascript:x'>y</a>",
        "a <b>c</b> &amp; <br/>",
        "```html\n<img src=x>\n```",
        "| <i>a</i> |\n|-|\n| <img src=x> |",
        '[a](<https://x/"onclick="y>)',
        "`<img src=x>`",
        "# <h1>",
    ],
)
def test_html_of_a_model_is_text(hostile: str) -> None:
    for block in blocks(hostile):
        for html in (block.html, *(cell.html for cell in block.cells)):
            bare = html
            for own in ("<b>", "</b>", "<i>", "</i>", "<br>", "</span>", "</a>"):
                bare = bare.replace(own, "")
            tags = [part.split(">")[0] for part in bare.split("<")[1:]]
            assert all(tag.startswith(("span style=", "a href=")) for tag in tags), html
            assert "<img" not in html
            assert "onclick=" not in html.replace("%22onclick=%22", "")


def test_pictures_in_answers_are_links_at_most() -> None:
    [remote] = blocks("![a map](https://evil.example/map.png)")
    assert remote.html.endswith(">[a map]</a>")
    [local] = blocks("![x](file:///etc/passwd)")
    assert "<a" not in local.html


@pytest.mark.parametrize(
    "href", ["file:///etc/passwd", "javascript:x", "data:text/html,x", "myapp:run", "//x", "http://["]
)
def test_only_addresses_of_the_web_and_of_mail_can_be_opened(href: str) -> None:
    assert address(href) == ""
    assert address("https://example.org/a?b=c") == "https://example.org/a?b=c"
    assert address("mailto:a@example.org") == "mailto:a@example.org"


def test_a_thousand_quotes_are_shown_as_they_were_written() -> None:
    text = ">" * 1000 + " deep"
    found = blocks(f"Before\n\n{text}\n\nAfter **all**")
    assert [block.text for block in found] == ["Before", text, "After **all**"]
    assert found[-1].html == "After <b>all</b>"


def test_lists_a_thousand_levels_deep_lose_nothing() -> None:
    text = "".join("  " * level + "- x\n" for level in range(200))
    assert "".join(block.text for block in blocks(text)) == text.rstrip()


@pytest.mark.parametrize("text", ["a" * 100_000, "[" * 100_000, "x" + "*" * 100_000, "x" + "`" * 99_999, "![[" * 5_000])
def test_a_line_without_end_is_cut_into_pieces_that_are_laid_out_quickly(text: str) -> None:
    found = blocks(text)
    assert "".join(block.text for block in found) == text
    assert max(len(block.text) for block in found) <= 8_000


def test_long_code_is_cut_between_lines_and_copied_whole() -> None:
    code = "".join(f"x{line} = {line}\n" for line in range(500))
    found = blocks(f"```python\n{code}```")
    assert len(found) >= 500 // PIECE_LINES
    assert found[0].text == code
    assert [block.continued for block in found] == [False] + [True] * (len(found) - 1)
    assert "\n".join(pieces(code)) + "\n" == code


def test_a_table_too_large_to_lay_out_is_shown_as_written() -> None:
    text = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 500
    assert {block.kind for block in blocks(text)} == {"code"}


def test_marks_that_turn_the_direction_of_text_are_taken_out() -> None:
    [block] = blocks("pay \u202etxt.exe\u202c to مرحبا e\u0301\x07")
    assert block.text == "pay txt.exe to مرحبا e\u0301"


def test_questions_are_shown_as_they_were_typed() -> None:
    [block] = blocks("**not bold** <b>\n  indented", markdown=False)
    assert block.html == "**not bold** &lt;b&gt;<br>&nbsp; indented"
