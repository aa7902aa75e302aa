"""Values of tables are found by row and column, in both languages, and no other value is given for one that lacks."""

from __future__ import annotations

import pytest

from myna.engine.sight import PictureFacts, TextLine
from myna_vision.answers.direct import printed_value
from myna_vision.answers.questions import understand
from printed import line

Table = tuple[tuple[str, ...], ...]

PRICES: Table = (
    ("Drink", "Price", "Stock"),
    ("Coffee", "3.50", "12"),
    ("Iced coffee", "4.20", ""),
    ("Hot chocolate", "4.10", "5"),
    ("Tea", "", "7"),
)
SIZES: Table = (("", "Small", "Large"), ("Coffee", "2.50", "3.50"), ("Tea", "2.00", "2.80"))
ORDER: Table = (
    ("No.", "Item", "Unit price", "Qty", "Amount"),
    ("1", "Chair", "25.00", "4", "100.00"),
    ("2", "Table", "80.00", "1", "80.00"),
)
STAFF: Table = (("Name", "City", "Team"), ("Anna", "Paris", "Sales"), ("Bob", "Rome", "Design"))
YEARS: Table = (("Region", "2019", "2020"), ("North", "120", "135"), ("South", "80", "95"))
CHINESE: Table = (("品名", "单价", "库存"), ("咖啡", "15.00", "12"), ("冰咖啡", "18.00", "9"), ("红茶", "12.00", ""))
SCHEDULE: Table = (("车次", "出发", "到达"), ("G101", "08:00", "12:30"), ("G103", "09:15", "13:40"))


def drawn(table: Table, *, turn: float = 0.0) -> PictureFacts:
    """Columns are 200 apart."""
    lines = []
    for number, row in enumerate(table):
        for column, text in enumerate(row):
            if text:
                lines.append(line(text, 10 + 200 * column, 30 * number, turn=turn))
    return PictureFacts(lines=tuple(lines))


def said(question: str, facts: PictureFacts) -> str | None:
    return printed_value(understand(question), facts)


@pytest.mark.parametrize("turn", [0, 5, 90, 180])
@pytest.mark.parametrize(
    ("table", "question", "answer"),
    [
        (PRICES, "What is the price of coffee?", "Coffee, Price: 3.50"),
        (PRICES, "How much does the coffee cost?", "Coffee, Price: 3.50"),
        (PRICES, "How much is an iced coffee?", "Iced coffee, Price: 4.20"),
        (PRICES, "How much stock of coffee is there?", "Coffee, Stock: 12"),
        (PRICES, "What is the stock of chocolate?", "Hot chocolate, Stock: 5"),
        (SIZES, "How much is a large coffee?", "Coffee, Large: 3.50"),
        (SIZES, "What does a small tea cost?", "Tea, Small: 2.00"),
        (ORDER, "What is the unit price of the chairs?", "Chair, Unit price: 25.00"),
        (ORDER, "What is the amount for the table?", "Table, Amount: 80.00"),
        (ORDER, "What is the qty of chairs?", "Chair, Qty: 4"),
        (STAFF, "Which city does Bob live in?", "Bob, City: Rome"),
        (STAFF, "In which team is Anna?", "Anna, Team: Sales"),
        (YEARS, "What was the number for North in 2020?", "North, 2020: 135"),
        (CHINESE, "咖啡的单价是多少？", "咖啡、单价：15.00"),
        (CHINESE, "冰咖啡多少钱？", "冰咖啡、单价：18.00"),
        (CHINESE, "咖啡的库存有多少？", "咖啡、库存：12"),
        (SCHEDULE, "G103的出发时间是几点？", "G103、出发：09:15"),
        (SCHEDULE, "G101几点到达？", "G101、到达：12:30"),
    ],
)
def test_row_and_column(table: Table, question: str, answer: str, turn: float) -> None:
    assert said(question, drawn(table, turn=turn)) == answer


@pytest.mark.parametrize(
    ("table", "question", "answer"),
    [
        (PRICES, "What is the price of tea?", "Tea, Price: nothing is written there."),
        (PRICES, "What is the stock of iced coffee?", "Iced coffee, Stock: nothing is written there."),
        (PRICES, "What is the price of milk?", None),
        (PRICES, "What is the weight of coffee?", None),
        (STAFF, "Which city does Carl live in?", None),
        (CHINESE, "红茶的库存是多少？", "红茶、库存：此处没有填写。"),
        (CHINESE, "牛奶的单价是多少？", None),
    ],
)
def test_what_the_table_does_not_hold(table: Table, question: str, answer: str | None) -> None:
    assert said(question, drawn(table)) == answer


def test_a_question_that_fits_several_rows_is_answered_for_each() -> None:
    table = (("Drink", "Price"), ("Iced coffee", "4.20"), ("Black coffee", "3.10"), ("Tea", "2.80"))
    assert said("What is the price of coffee?", drawn(table)) == "Iced coffee, Price: 4.20\nBlack coffee, Price: 3.10"


def test_numbers_that_end_at_the_same_edge() -> None:
    lines = [line("Dish", 10, 0), line("Price", 400, 0), line("Calories", 600, 0)]
    for number, (dish, price, calories) in enumerate((("Soup", "4.50", "180"), ("Pie", "12.00", "1,240")), 1):
        lines += [
            line(dish, 10, 30 * number),
            line(price, 450 - 10 * len(price), 30 * number),
            line(calories, 680 - 10 * len(calories), 30 * number),
        ]
    assert said("How many calories does the pie have?", PictureFacts(lines=tuple(lines))) == "Pie, Calories: 1,240"


def test_a_second_table_below_has_heads_of_its_own() -> None:
    lines = [*(drawn(PRICES).lines or ())]
    for number, row in enumerate((("Cake", "Price"), ("Cheesecake", "5.00"))):
        lines += [line(text, 10 + 200 * column, 400 + 30 * number) for column, text in enumerate(row)]
    facts = PictureFacts(lines=tuple(lines))
    assert said("What is the price of the cheesecake?", facts) == "Cheesecake, Price: 5.00"
    assert said("What is the stock of the cheesecake?", facts) is None


def test_a_digit_that_was_read_sideways_turns_nothing() -> None:
    lines = list(drawn(CHINESE).lines or ())
    at = next(at for at, found in enumerate(lines) if found.text == "9")
    lines[at] = TextLine("9", 0.9, (*lines[at].corners[1:], lines[at].corners[0]))
    assert said("冰咖啡的库存是多少？", PictureFacts(lines=tuple(lines))) == "冰咖啡、库存：9"
