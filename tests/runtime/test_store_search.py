"""Full-text search: both languages, folding, hostile queries, both kinds of index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from myna.messages import assistant, user
from myna.store import ConversationStore
from myna.store.segment import INDEXED_CHARACTERS, fold, located, phrases, segmented
from myna.store.snippet import snippet_of


@pytest.fixture(params=[True, False], ids=["fts5", "like"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ConversationStore]:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path, full_text=request.param)
    yield store
    await store.close()


async def fill(store: ConversationStore, *texts: str) -> str:
    c = (await store.create()).id
    parent = None
    for text in texts:
        parent = (await store.append(c, user(text), parent=parent)).id
    return c


async def found(store: ConversationStore, query: str) -> list[str]:
    return sorted(hit.snippet for hit in await store.search(query))


FINDS = [
    ("今天北京的天气怎么样？", "天气"),
    ("今天北京的天气怎么样？", "京"),
    ("今天北京的天气怎么样？", "北京的天气"),
    ("今天北京的天气怎么样？", "天气 北京"),
    ("用Python写一个GPU程序", "python"),
    ("用Python写一个GPU程序", "gpu程序"),
    ("用Python写一个GPU程序", "写 程序 GPU"),
    ("東京タワーに行きました", "タワー"),
    ("東京タワーに行きました", "ﾀﾜｰ"),
    ("안녕하세요 세계", "안녕"),
    ("한국어는 어렵다", "한국어"),
    ("สวัสดีชาวโลก", "ชาวโลก"),
    ("हिन्दी में लिखो", "हिन्दी"),
    ("Ｆｕｌｌ　ｗｉｄｔｈ　１２３", "full width 123"),
    ("Crème brûlée à la Zürich", "creme brulee zurich"),
    ("creme brulee", "Crème"),
    ("cre\u0300me (decomposed)", "crème"),
    ("STRASSE und Straße", "straße"),
    ("The ﬁnal ﬂight", "final"),
    ("running a marathon", "mara"),
    ("don't stop", "don't"),
    ("state-of-the-art", "state-of"),
    ("call foo.bar(x)", "foo.bar"),
    ("I am happy 😀 today", "😀"),
    ("Ελλάδα", "ελλαδα"),
    ("русский Ёж", "еж"),
    ("שָׁלוֹם", "שלום"),
    ('say "exact phrase" here', '"exact phrase"'),
    ("𠮷野家", "𠮷野"),
]

DOES_NOT_FIND = [
    ("天晴，气温高", "天气"),
    ("气天", "天气"),
    ("phrase exact", '"exact phrase"'),
    ("concatenate", "cat"),
    ("category food", "cat food"),
    ("one two", "one three"),
    ("1000", '"100"'),
]

NO_WORD = ["", " ", '"', '""', "*", "-", "( )", "\0", "\ud800", "，。", "%", "_", "^", "{}:", "'"]

SYNTAX = [
    "AND",
    "NOT cat",
    "cat OR dog",
    "cat AND",
    "NEAR(cat dog)",
    'cat" OR "dog',
    "body:cat",
    "cat*",
    "^cat",
    "-cat",
    "and\0a",
    "cat' OR 1=1 --",
    "{cat}",
    "cat +dog",
    "\ud800cat",
    'cat"',
    "cat" * 1000,
    "cat " * 1000,
    "(" * 500,
    "猫" * 2000,
    "%cat%",
    "c_t",
    '"' * 999,
]


async def test_query_finds_its_message_with_the_place_marked(store: ConversationStore) -> None:
    await fill(store, *dict.fromkeys(text for text, _ in FINDS))
    for text, query in FINDS:
        marked = {hit.snippet: hit.matches for hit in await store.search(query)}
        assert marked.get(text), f"{query!r} does not find {text!r}"


async def test_query_does_not_find_what_only_looks_like_it(store: ConversationStore) -> None:
    await fill(store, *(text for text, _ in DOES_NOT_FIND))
    for text, query in DOES_NOT_FIND:
        assert text not in await found(store, query), f"{query!r} finds {text!r}"


async def test_query_without_a_word_finds_nothing(store: ConversationStore) -> None:
    await fill(store, "anything at all * % _")
    for query in NO_WORD:
        assert await store.search(query) == [], repr(query)


async def test_query_syntax_has_no_meaning(store: ConversationStore) -> None:
    await fill(store, "a cat and a dog")
    for query in SYNTAX:
        hits = await store.search(query)
        # What is left of the query are words; a message is found exactly when it has all of them.
        words = [token for phrase in phrases(query) for token in phrase.tokens]
        assert bool(hits) == (bool(words) and set(words) <= {"a", "cat", "and", "dog"}), repr(query)


@given(st.text(max_size=40), st.text(max_size=20))
@example('"', "NEAR(")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_query_on_any_text_is_answered(store: ConversationStore, text: str, query: str) -> None:
    c = await fill(store, text)
    for hit in await store.search(query):
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.matches)
    await store.delete(c)


@given(st.text(min_size=1, max_size=60), st.integers(0, 59), st.integers(1, 10))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_chinese_message_is_found_by_any_part_of_it(
    store: ConversationStore, text: str, start: int, length: int
) -> None:
    text = "".join(chr(0x4E00 + ord(character) % 0x51A5) for character in text)
    part = text[start % len(text) :][:length]
    c = await fill(store, text)
    assert c in {hit.conversation for hit in await store.search(part, limit=1000)}
    await store.delete(c)


async def test_hit_says_where_it_is(store: ConversationStore) -> None:
    c = (await store.create(title="Weather")).id
    asked = await store.append(c, user("x"), parent=None)
    answer = await store.append(c, assistant("Sunny in Zürich, sunny in Rome"), parent=asked.id)
    (hit,) = await store.search("sunny")
    assert (hit.conversation, hit.title, hit.message, hit.role) == (c, "Weather", answer.id, "assistant")
    assert hit.created == answer.created
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["Sunny", "sunny"]


async def test_deleted_conversation_is_not_found(store: ConversationStore) -> None:
    c = await fill(store, "findme")
    await fill(store, "findme too")
    await store.delete(c)
    assert await found(store, "findme") == ["findme too"]


async def test_limit_and_order(store: ConversationStore) -> None:
    await fill(store, *(f"apple {at}" for at in range(10)))
    newest = [hit.snippet for hit in await store.search("apple", limit=3, order="newest")]
    assert newest == ["apple 9", "apple 8", "apple 7"]
    assert await store.search("apple", limit=0) == []
    assert await store.search("apple", limit=-1) == []


async def test_ranking_prefers_what_says_more_of_it(tmp_path: Path) -> None:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path)
    await fill(store, "apple apple apple", "an apple in a long text on very many other things besides", "pear")
    assert (await store.search("apple"))[0].snippet == "apple apple apple"
    assert (await store.search("apple", order="newest"))[0].snippet.startswith("an apple")
    await store.close()


def test_snippet_shows_the_words_around_the_match() -> None:
    text = "first words " * 30 + "then\nneedle 针 " + "last words " * 30
    snippet, matches = snippet_of(text, phrases("needle 针"))
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert [snippet[start:end] for start, end in matches] == ["needle", "针"]
    assert "\n" not in snippet
    assert len(snippet) <= 122


@given(st.text(max_size=200), st.text(max_size=10))
def test_snippet_positions_are_inside(text: str, query: str) -> None:
    snippet, matches = snippet_of(text, phrases(query))
    ends = [place for match in matches for place in match]
    assert ends == sorted(ends)
    assert all(0 <= place <= len(snippet) for place in ends)


@given(st.text(max_size=80))
@example("ｶﾞｷﾞ")
@example("e\u0301\u0323")
@example("\u1112\u1161\u11ab")
@example("İstanbul")
@example("㍿と㈱")
def test_places_agree_with_the_index(text: str) -> None:
    tokens = list(located(text))
    assert [token for token, _, _ in tokens] == segmented(text).split()
    assert all(0 <= start < end <= len(text) for _, start, end in tokens)


@given(st.text(max_size=80))
def test_tokens_hold_nothing_that_an_index_could_misread(text: str) -> None:
    for token in segmented(text).split(" "):
        assert not any(character.isascii() and not character.isalnum() for character in token)
        assert fold(token) == token
        token.encode()


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert segmented(segmented(text)) == segmented(text)
    assert fold("ＡＢＣ") == fold("abc")


def test_dump_does_not_fill_the_index() -> None:
    assert len(segmented("x" * (2 * INDEXED_CHARACTERS))) == INDEXED_CHARACTERS
