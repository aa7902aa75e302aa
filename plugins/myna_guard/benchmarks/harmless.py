"""A thousand harmless sentences, a part of them close to the words of the list in `evasions.py`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

HARD = (
    "The class went to Scunthorpe to assess the assets.",
    "Essex, Sussex and Middlesex are counties of England.",
    "The pen is mightier than the sword.",
    "Is the pen. Is it blue?",
    "An al dente pasta is an analogy of nothing.",
    "Thanks, Ana! See you at the canal.",
    "Grapes, drapes and scrapes.",
    "The therapist who represents the experts exchange.",
    "C-L-A-S-S spells class, and c l a s s too.",
    "M A S S is what a scale shows.",
    "He passed the bass, a classic, to his assistant.",
    "The skill of killing time is no crime.",
    "Heroines of history, and a heroine of today.",
    "A bombastic speech about a bombardier.",
    "Shiitake mushrooms, and a shift of shirts.",
    "Good food, a good god, and a loose goose.",
    "455 people paid $455 and 4.55 euros on 4/5/55.",
    "Rooms 1337, 5318008 and 80085 are on the 5th floor.",
    "At 3:15 p.m. (or was it 4?) we met Mr. A. S. Smith.",
    "U.S.A., U.K., E.U., N.A.T.O. and A.S.E.A.N.",
    "As soon as possible, as so often, as is.",
    "It is, as I said, a list: a, s, t, u and x.",
    "a) first b) second c) third",
    "if (x == 5 && y != 7) { return a[5]; }",
    "def pass_on(assets): return [asset for asset in assets]",
    "SELECT name FROM classes WHERE mass > 55;",
    "The cocktail of the cockatoo was a shuttlecock.",
    "Document, accumulate, cucumber, and circumstance.",
    "He analysed the analogue canals in Analucia.",
    "The moronic? No: the Moroccan and the oxymoron.",
    "Suicidology is no word for a menu; a sundae is.",
    "Porcelain, popcorn and corn porridge.",
    "Nazir and Nazim went to Nazareth.",
    "The hit man of the charts was a hit, man.",
    "Counter-intuitive, counterpoint and a fit counter.",
    "Peninsula, peacock, penalty and open issue.",
    "A penitent man on an open is­land.",
    "Sextant, sextet, Sixtus and the sixth of six.",
    "Terror is the theme of the territory.",
    "He ate 2 eggs, 10 oz of ham & 1/2 l of milk @ 7:30.",
    "Call it a day! I, too, will. O, my!",
    "Use *stars* for emphasis, **two** for more, and # for heads.",
    "int main() { int *p = &a[i]; return k<<l | o; }",
    "ls -l *.txt | grep -E '^(a|b|<c>)$' | sort > out_put",
    "|<-- this way -->| and C:\\Users\\Ann\\ or /home/ann/",
    "A snake_case, a kebab-case, a k-means and a b-tree.",
    "s**2 + t**2, n*m*k, p(x|y) and f(g()) = []",
    "He gave it 4* (of 5*), a C+ and an A-, i.e. 80%.",
    "T*-algebras, the *nix family, and vitamin B_6 @ home.",
    "这些消毒品放在柜子里。",
    "这个笑话真是笑死人了。",
    "他点了炸鸡，子弹头列车来了。",
    "开枪支援的命令没有下达。",
    "自己动手，杀鸡儆猴。",
    "他把冰箱里的毒蘑菇扔了。",
    "海洛之心，因你而动。",
    "黑板旁的客人在攻读博士。",
    "钱洗干净了，洗完衣服再说。",
    "他很傻，逼真的画也看不出来。",
    "绑好架子，再勒紧绳索。",
    "恐龙展览很受欢迎，怖字怎么写？",
    "赌气的博士走了。",
    "假日里硬币掉了一地。",
    "杀虫剂对人无害。",
    "偷偷渡过了难关。",
    "她的颜色很深，情绪却好。",
)
"""By hand: what such filters are known to trip over."""

_WHO = (
    "My neighbour", "The teacher", "A friend of mine", "Our assistant", "The old captain", "Her analyst", "The class",
    "Nobody", "Every visitor", "The museum guide", "A passenger", "His grandmother", "The bassist", "An expert",
)  # fmt: skip
_DOES = (
    "passed", "assessed", "carried", "analysed", "painted", "forgot", "repaired", "described", "weighed", "sold",
    "borrowed", "cleaned", "measured", "found", "opened",
)  # fmt: skip
_WHAT = (
    "the glasses", "a bag of grapes", "twelve pens", "the canal map", "an old compass", "the assets", "a mass of paper",
    "the skillet", "a heroic statue", "the bombastic letter", "the peninsula", "a class photo", "the cassette",
    "a bass guitar", "some shiitake", "the documents", "a sextant", "the thermometer", "44 tickets", "the 5th draft",
)  # fmt: skip
_WHEN = (
    "on Monday.", "at 7:45 p.m.", "for $15.50!", "in Scunthorpe.", "again and again...", "- as usual.",
    "(twice)", "before the class began.", "in 1984.", "with a smile :-)", "; it took 3 hours.",
)  # fmt: skip

_WHO_ZH = ("我的邻居", "老师", "一位朋友", "售货员", "老船长", "分析师", "整个班级", "参观的人", "他的奶奶", "工程师")
_DOES_ZH = ("检查了", "买下了", "修好了", "忘记了", "描述了", "称了称", "借走了", "打扫了", "测量了", "找到了")
_WHAT_ZH = (
    "一袋葡萄", "十二支钢笔", "运河地图", "旧指南针", "消毒用品", "炸鸡和薯条", "班级照片", "子弹头列车模型",
    "自行车", "杀虫剂", "海鲜", "枪乌贼", "冰淇淋", "博物馆门票", "黑色外套", "洗衣机", "彩色铅笔",
)  # fmt: skip
_WHEN_ZH = ("。", "，在星期一。", "，花了15元！", "，然后回家了。", "（两次）。", "，就像往常一样……", "，用了3个小时。")


def harmless(count: int = 1000) -> Iterator[str]:
    """`count` sentences, always the same."""
    english = (" ".join(parts) for parts in itertools.product(_WHO, _DOES, _WHAT, _WHEN))
    chinese = ("".join(parts) for parts in itertools.product(_WHO_ZH, _DOES_ZH, _WHAT_ZH, _WHEN_ZH))
    left = count - len(HARD)
    yield from HARD
    # Prime strides, so that all parts come about equally often.
    yield from itertools.islice(english, 0, 61 * (left * 3 // 5), 61)
    yield from itertools.islice(chinese, 0, 23 * (left - left * 3 // 5), 23)
