"""Values are found beside their labels, and a total is not mistaken for something else that is called so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.sight import PictureFacts
from myna_vision.answers.direct import printed_value
from myna_vision.answers.questions import understand
from myna_vision.answers.values import PATTERNS, find
from printed import line, page

RECEIPT = (
    ("CORNER CAFE", ""), ("Tel: 020 7946 0018", ""), ("Date: 2024-03-18", "14:32"), ("2 Espresso", "5.60"),
    ("Tax-free coffee", "4.00"), ("Subtotal", "9.60"), ("Tax 8%", "0.96"), ("Total items", "3"), ("Total", "$10.56"),
    ("Cash", "20.00"), ("Change", "9.44"), ("Table number: 12", ""), ("Cashier", "Anna"),
)  # fmt: skip
CHINESE = (
    ("好邻居便利店", ""), ("日期：2024年5月6日", "18:05"), ("牛奶", "12.80"), ("小计", "23.30"), ("优惠", "3.30"),
    ("合计数量", "4"), ("合计（元）", "20.00"), ("现金", "50.00"), ("找零", "30.00"), ("电话：021-55501234", ""),
    ("收银员：小王", ""),
)  # fmt: skip


def said(question: str, facts: PictureFacts) -> str | None:
    return printed_value(understand(question), facts)


@pytest.mark.parametrize("turn", [0, 4, -8, 90, 180, -90])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the total?", "Total: $10.56"),
        ("How much did I pay in all?", "Total: $10.56"),
        ("What's the subtotal", "Subtotal: 9.60"),
        ("How much is the tax?", "Tax 8%: 0.96"),
        ("How much is the espresso?", "2 Espresso: 5.60"),
        ("what does the tax-free coffee cost?", "Tax-free coffee: 4.00"),
        ("How much change is there?", "Change: 9.44"),
        ("What is the phone number?", "Tel: 020 7946 0018"),
        ("When was this?", "Date: 2024-03-18"),
        ("What time was it?", "14:32"),
        ("What is the table number?", "Table number: 12"),
        ("Who is the cashier?", "Cashier: Anna"),
    ],
)
def test_english(question: str, answer: str, turn: float) -> None:
    assert said(question, page(RECEIPT, turn=turn)) == answer


@pytest.mark.parametrize("turn", [0, 4, 180])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("合计是多少？", "合计（元）：20.00"),
        ("一共花了多少钱", "合计（元）：20.00"),
        ("小计多少", "小计：23.30"),
        ("牛奶多少钱？", "牛奶：12.80"),
        ("找零多少？", "找零：30.00"),
        ("电话是多少", "电话：021-55501234"),
        ("哪天的小票？", "日期：2024年5月6日"),
        ("收银员是谁？", "收银员：小王"),
    ],
)
def test_chinese(question: str, answer: str, turn: float) -> None:
    assert said(question, page(CHINESE, turn=turn)) == answer


@pytest.mark.parametrize(
    "question", ["Who is the owner?", "Is there a cat?", "What is the man doing?", "图里有猫吗？", "店主是谁？"]
)
def test_what_is_not_printed_is_not_answered(question: str) -> None:
    assert said(question, page(RECEIPT)) is None
    assert said(question, page(CHINESE)) is None
    assert said(question, PictureFacts(lines=())) is None
    assert said(question, PictureFacts()) is None


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ((("Sub Total", "33.25"), ("Grand Total: 39.90", "")), "Grand Total: 39.90"),
        ((("Total", "10.00"), ("Grand total", "12.00")), "Grand total: 12.00"),
        ((("TOTAL", ""), ("EUR 8,40", "")), "TOTAL: EUR 8,40"),
        ((("TOTAL DUE", "€19.15"), ("Total savings", "1.50")), "TOTAL DUE: €19.15"),
        ((("GRANDTOTAL", "1,234.50"),), "GRANDTOTAL: 1,234.50"),
        ((("Total 7.20", ""), ("Cash 10.00", "")), "Total: 7.20"),
        ((("Total 3", "21.00"),), "Total 3: 21.00"),
        ((("Total........ 7.20", ""),), "Total: 7.20"),
        ((("TOTAL USD", "7.20"),), "TOTAL USD: 7.20"),
    ],
)
def test_totals_by_other_names_and_at_other_places(rows: tuple[tuple[str, str], ...], answer: str) -> None:
    assert said("What is the total?", page(rows)) == answer


DATES = (
    ("Printed on 2024-01-05", ""), ("Order date: 2023-12-30", ""), ("Best before 2025-06-30", ""),
)  # fmt: skip
NUMBERS = (
    ("Invoice No. 2024-0077", ""), ("IBAN DE89 3704 0044 0532 0130 00", ""), ("Fax: 020 7946 0001", ""),
    ("Support: +49 30 1234567", ""),
)  # fmt: skip
SUMS = (
    ("Total items", "14"), ("Total savings", "0.50"), ("Total before tax", "2.50"), ("Total tax", "0.25"),
    ("Total", "2.75"), ("Suggested tip 18%", "0.50"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "rows", "answer"),
    [
        ("How many items are there?", SUMS, "Total items: 14"),
        ("What is the total number of items?", SUMS, "Total items: 14"),
        ("How many items are there?", (("Total", "2.75"),), None),
        ("What is the total before tax?", SUMS, "Total before tax: 2.50"),
        ("How much did I save?", SUMS, "Total savings: 0.50"),
        ("How much was the tip?", SUMS, None),
        ("Best before?", DATES, "Best before: 2025-06-30"),
        ("When does it expire?", (("Date: 2024-01-05", ""),), None),
        (
            "What is the date?",
            (("Due date: 2024-06-02", ""), ("Invoice date: 2024-05-03", "")),
            "Invoice date: 2024-05-03",
        ),
        ("What is the date?", (("Best before 2025-06-30", ""),), None),
        ("When was it printed?", DATES, "Printed on 2024-01-05\nOrder date: 2023-12-30\nBest before 2025-06-30"),
        ("When must it be paid?", (("Due date: 2 June 2024", ""),), "Due date: 2 June 2024"),
        ("When was she born?", (("Date: 2024-01-05", ""),), None),
        ("What is the phone number?", NUMBERS, "+49 30 1234567"),
        ("What is the phone number?", NUMBERS[:3], None),
        ("What is the fax number?", NUMBERS, "Fax: 020 7946 0001"),
        ("What is the IBAN?", NUMBERS, None),
        ("传真是多少？", (("电话：021-55501234", ""),), None),
        ("出生日期是哪天？", (("日期：2024年5月6日", ""),), None),
        ("一共多少件商品？", (("总件数", "4"), ("合计", "20.00")), "总件数：4"),
    ],
)
def test_what_only_resembles_the_value_is_not_given_for_it(
    question: str, rows: tuple[tuple[str, str], ...], answer: str | None
) -> None:
    assert said(question, page(rows)) == answer


@pytest.mark.parametrize(
    ("question", "rows", "answer"),
    [
        ("Grand total?", (("Total", "10.80"), ("Grand total ____", "")), "Grand total: nothing is written there."),
        ("Grand total?", (("Total", "10.80"), ("Grand total:", "")), "Grand total: nothing is written there."),
        ("Grand total?", (("Total", "10.80"), ("Grand total", "")), "Grand total: nothing is written there."),
        ("What is the total?", (("Total", "10.80"), ("Grand total ____", "")), "Total: 10.80"),
        ("What is the total?", (("Total", ""), ("Total due", "19.15")), "Total due: 19.15"),
        ("What is the grand total?", (("Total", "10.80"),), "Total: 10.80"),
        ("合计是多少？", (("小计", "8.00"), ("合计：____", "")), "合计：此处没有填写。"),
        ("总计是多少？", (("合计：", ""), ("总计", "8.00")), "总计：8.00"),
        ("What is the name?", (("Name: ____", ""), ("Last name: Smith", "")), "Name: nothing is written there."),
        ("What is the name?", (("Name: ____", ""), ("Date: 2024-01-05", "")), "Name: nothing is written there."),
        ("What is the name?", (("Name ______", ""), ("12 Mill Lane", "")), "Name: nothing is written there."),
        ("What is the name?", (("Name:", ""), ("Address:", "")), "Name: nothing is written there."),
        ("What is the name?", (("Name:", ""), ("Anna", "")), "Name: Anna"),
        ("姓名是什么？", (("姓名：", "日期："), ("张三", "")), "姓名：张三"),
        ("What is the menu?", (("MENU", ""), ("Soup", "4.50")), None),
    ],
)  # fmt: skip
def test_what_was_not_filled_in_is_not_answered_with_another_value(
    question: str, rows: tuple[tuple[str, str], ...], answer: str | None
) -> None:
    assert said(question, page(rows)) == answer


FORM = (
    ("First name: Anna", ""), ("Last name: Smith", ""), ("Billing address: 12 Mill Lane", ""), ("名称：甲公司", ""),
    ("收款人姓名：张三", ""), ("付款人姓名：李四", ""), ("公司地址：海淀路1号", ""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the name?", "First name: Anna\nLast name: Smith"),
        ("What is the last name?", "Last name: Smith"),
        ("姓名是什么？", "收款人姓名：张三\n付款人姓名：李四"),
        ("收款人姓名是什么？", "收款人姓名：张三"),
        ("last name", "Last name: Smith"),
        ("Address", "Billing address: 12 Mill Lane"),
        ("名称", "名称：甲公司"),
        ("地址", "公司地址：海淀路1号"),
        ("first", None),
        ("公司", None),
        ("hello there", None),
    ],
)
def test_names_and_labels_that_stand_for_a_question(question: str, answer: str | None) -> None:
    assert said(question, page(FORM)) == answer


def test_words_that_were_found_one_by_one_are_one_label() -> None:
    lines = (
        line("Total", 10, 0), line("savings", 70, 0), line("1.50", 400, 0),
        line("TOTAL", 10, 30), line("DUE", 70, 30), line("19.15", 400, 30),
    )  # fmt: skip
    assert said("What is the total?", PictureFacts(lines=lines)) == "TOTAL DUE: 19.15"


def test_a_value_below_its_label() -> None:
    lines = (line("Invoice number", 10, 0), line("Date", 300, 0), line("A-1042", 10, 30), line("5 May 2024", 300, 30))
    facts = PictureFacts(lines=lines)
    assert said("What is the date?", facts) == "Date: 5 May 2024"


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("amount", "from $1,234.50 to 2.000,00 €", ["$1,234.50", "2.000,00 €"]),
        ("amount", "￥59.00 或 60元", ["￥59.00", "60元"]),
        ("date", "2024-03-18, 18/03/2024, 18.3.24, March 18, 2024, 2024年3月18日, 3月18日", [
            "2024-03-18", "18/03/2024", "18.3.24", "March 18, 2024", "2024年3月18日", "3月18日",
        ]),
        ("date", "1.2.3.4 and 12/34", []),
        ("time", "14:32 and 9:05 PM, not 25:00 or 1:234", ["14:32", "9:05 PM"]),
        ("phone", "+44 20 7946 0018, (021) 5550-1234, 400-820-8820", [
            "+44 20 7946 0018", "(021) 5550-1234", "400-820-8820",
        ]),
        ("phone", "2024-03-18", []),
        ("email", "write to a.b@example.org.", ["a.b@example.org"]),
        ("web", "see www.example.org/menu, or https://example.org", ["www.example.org/menu", "https://example.org"]),
    ],
)  # fmt: skip
def test_values_are_known_by_how_they_are_printed(kind: str, text: str, found: list[str]) -> None:
    assert kind in PATTERNS
    assert find(kind, [text]) == found


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=20)), max_size=8), st.text(max_size=60))
def test_any_text_and_any_question_is_taken(rows: list[tuple[str, str]], question: str) -> None:
    answer = said(question, page(rows))
    assert answer is None or answer


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    ["1" * 3000, "Total " + " " * 3000 + "x", "a " * 1500, "1," * 1500, ". " * 1500 + "1", "(" * 3000, "a1." * 1000],
)
def test_text_that_was_made_to_take_long_does_not(text: str) -> None:
    for question in ("What is the total?", "phone number", "date?", "what is the a?"):
        said(question, page([(text, text)] * 4))
