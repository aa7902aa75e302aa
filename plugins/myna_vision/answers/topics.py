"""What receipts, invoices and forms call the values that people ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .labels import Wanted
from .values import Kind


class Topic(NamedTuple):
    asked: re.Pattern[str]
    """A question with this in it asks for it."""
    wanted: Wanted


def _topic(kind: Kind, asked: str, names: str, never: Sequence[str] = (), *, labelled: bool = False) -> Topic:
    """`names` are separated by commas, the likeliest first."""
    return Topic(re.compile(asked, re.IGNORECASE), Wanted(tuple(names.split(", ")), kind, tuple(never), labelled))


_PARTS = (
    "subtotal", "小计", "total items", "items total", "total qty", "total quantity", "total savings", "you saved",
    "total tax", "total vat", "total discount", "total points", "before tax", "excl", "不含税",
    "合计数量", "总数量", "总件数", "税额合计", "优惠合计",
)  # fmt: skip
"""What has a total in its name and is none."""

_TOTALS = (
    "grand total, total, total due, total amount, amount due, balance due, total to pay, amount payable, to pay, "
    "amount paid, 价税合计, 总计, 合计, 总金额, 合计金额, 总额, 总价, 应付金额, 应付, 实付金额, 实付, 支付金额, "
    "付款金额, 交易金额, 应收, 实收"
)

_OTHER_DATES = (
    "due date", "expir", "best before", "use by", "valid until", "date of birth", "birth date", "到期", "有效期",
    "保质期", "出生",
)  # fmt: skip
"""What is a date, and not that of the paper."""
_OTHER_NUMBERS = (
    "fax", "iban", "invoice no", "invoice number", "order no", "order number", "account", "card no", "card number",
    "传真", "单号", "订单", "发票号", "账号", "卡号", "税号", "身份证",
)  # fmt: skip
"""What has as many digits as a telephone number."""

TOPICS = (
    _topic(
        "amount",
        r"\b(?:number|count|quantity) of (?:items|articles)\b|\bhow many (?:items|articles)\b"
        r"|总件数|总数量|几件|多少件",
        "total items, items total, number of items, no of items, item count, total qty, total quantity, 合计数量, "
        "总数量, 总件数, 件数",
        labelled=True,
    ),
    _topic(
        "amount", r"\btotal (?:with|including|incl\.?|after) (?:the )?(?:tax|vat|tip)|含税(?:总|合)", _TOTALS, _PARTS
    ),
    _topic(
        "amount",
        r"\bsub-?\s?total\b|\b(?:before|without|excluding) (?:the )?(?:tax|vat)\b|小计|不含税",
        "subtotal, sub total, total before tax, total excl tax, total excl vat, 小计, 不含税金额, net",
    ),
    _topic(
        "amount",
        r"\b(?:tax|vat|gst)\b|税",
        "tax, sales tax, vat, gst, total tax, 税额, 增值税, 税",
        ("before tax", "excl", "incl", "税号"),
    ),
    _topic(
        "amount",
        r"\b(?:tip|gratuity|service charge)\b|小费|服务费",
        "tip, gratuity, service charge, 小费, 服务费",
        ("suggest", "建议"),
    ),
    _topic("amount", r"\bchange\b|找零|找回", "change, change due, 找零, 找回, 找补"),
    _topic("amount", r"\bdiscount\b|\bsav(?:ed?|ings?)\b|优惠|折扣", "discount, savings, you saved, 优惠, 折扣"),
    _topic("amount", r"\b(?:cash|tendered)\b|现金|收款", "cash, tendered, amount tendered, paid, 现金, 收款, 实收"),
    _topic(
        "amount",
        r"\btotal\b|\bsum\b|\bamount (?:due|paid)\b|\bhow much .*\b(?:pay|paid|altogether|in all|spend|spent)\b"
        r"|\bhow much (?:is|was|does|did) (?:it|this|(?:the|this|that|my) (?:bill|receipt|invoice))\b"
        r"|\b(?:bill|receipt|invoice) come to\b"
        r"|合计|总计|总额|总价|总金额|总共|一共|应付|实付|应收|付多少|付了多少|花了多少|^多少钱",
        _TOTALS,
        _PARTS,
    ),
    _topic(
        "date",
        r"\b(?:due date|expir\w+|best before|use by|valid until|must .*(?:pay|paid)|pay by)\b|到期|有效期|保质期",
        "due date, due, expiry date, expires, exp, best before, use by, valid until, 到期日, 有效期, 有效期至, 保质期",
        labelled=True,
    ),
    _topic(
        "date",
        r"\bborn\b|\bbirth(?:day|date)?\b|出生|生日",
        "date of birth, birth date, birthday, born, dob, 出生日期, 出生年月, 生日, 出生",
        labelled=True,
    ),
    _topic(
        "date",
        r"\bdate\b|\bwhen\b|\b(?:which|what) day\b|日期|哪天|哪一天|几号|什么时候",
        "date, 日期, 开票日期",
        _OTHER_DATES,
    ),
    _topic("time", r"\bwhat time\b|\bthe time\b|几点|时间", "time, 时间"),
    _topic("phone", r"\bfax\b|传真", "fax, fax number, 传真, 传真号码", labelled=True),
    _topic(
        "phone",
        r"\b(?:tele)?phone\b|\bto call\b|\bmobile\b|电话|手机|热线",
        "phone, telephone, tel, phone number, mobile, 电话, 手机, 热线, 联系电话",
        _OTHER_NUMBERS,
    ),
    _topic("email", r"\be-?mail\b|邮箱|电子邮件", "email, e mail, 邮箱, 电子邮件"),
    _topic("web", r"\b(?:web ?site|web address|url|link)\b|网址|网站|链接", "web, website, url, 网址, 网站"),
)
"""In the order in which a question is compared with them."""

_BEFORE = re.compile(
    r"^(?:please |can you |could you )*(?:tell me |find |show me |read (?:me )?|give me )?"
    r"(?:(?:what(?:['’]s| is| are| was| does)?|how much (?:is|are|was|does|did|for)"
    r"|which|who(?:['’]s| is| was)?|where is)(?!\w))?"
    r" *(?:(?:the|an?|my|its|this|your|one) +)?(?:(?:price|cost|value|amount) of (?:the |one )?)?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:\b(?:on|in|of) (?:the|this|that) (?:receipt|invoice|bill|picture|image|photo|form|label|sign|page)"
    r"|\b(?:cost|costs|price|written|printed|here))*\s*[?.!]*$",
    re.IGNORECASE,
)
_BEFORE_ZH = re.compile(
    r"^(?:请问|请|告诉我|帮我看看?|这张?|那张?|该)*(?:图片?|照片|小票|收据|发票|单据|账单|表格?|票)?(?:上面?|里面?|中)?的?"
)
_AFTER_ZH = re.compile(
    r"(?:的?价格|的?单价)?(?:是|要|卖|有|写的是|写着)?(?:多少钱?|什么|几|谁|哪里|哪儿|哪个|哪家)?(?:呢|吗|啊)?[？?。.！!\s]*$"
)

LONGEST_HAN, LONGEST_WORDS = 8, 3
"""Of a label that stands for a question, in characters and in words: `纳税人识别号`, `date of birth`."""

_WHEN = re.compile(r"\bwhen\b|什么时候", re.IGNORECASE)


def asks_when(question: str) -> bool:
    """Whether `question` asks for the moment of something that happened, and for no date by its name."""
    return bool(_WHEN.search(question))


def topic_of(question: str) -> Wanted | None:
    """What `question` asks for, when it is one of the topics."""
    return next((topic.wanted for topic in TOPICS if topic.asked.search(question)), None)


def named_in(question: str, *, chinese: bool) -> Wanted | None:
    """The label that `question` names in its own words: `What is the table number?` asks for `table number`.

    What is no question may be a label itself, when it is short.
    """
    text = question.strip()
    if chinese:
        name = _AFTER_ZH.sub("", _BEFORE_ZH.sub("", text))
        amount = "多少钱" in text or "价" in text
    else:
        name = _AFTER.sub("", _BEFORE.sub("", f"{text} ", count=1).strip(), count=1)
        amount = bool(re.search(r"\bhow much\b|\bcosts?\b|\bprice\b", text, re.IGNORECASE))
    name = name.strip().casefold()
    bare = name == text.casefold()
    if not name or (bare and (len(name) > LONGEST_HAN if chinese else len(name.split()) > LONGEST_WORDS)):
        return None
    return Wanted((name,), "amount" if amount else "text", last=bare)
