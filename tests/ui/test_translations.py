"""No page says anything that it cannot say in Chinese."""

from __future__ import annotations

import translations


def test_every_text_of_every_page_is_translated_and_compiled() -> None:
    assert translations.problems() == []
