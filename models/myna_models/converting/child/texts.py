"""Texts that quality is measured on, and that calibrate what is quantized statically: written for it."""

PROSE = (
    "The harbour master kept two notebooks. In the first he wrote down every ship that came in, with its flag, its "
    "cargo and the name of its captain. In the second he wrote what the captains told him over coffee while the "
    "papers were being stamped. Nobody had asked him to keep the second one. When he retired, after thirty-one years, "
    "the town wanted the first notebook for its archive, and a young woman from the university asked, rather shyly, "
    "whether she might read the other. He said yes, on one condition: that she would read it aloud to him, because "
    "his eyes had become weak and he had forgotten most of it himself.",
    "Water boils at a lower temperature on a mountain, since the air presses on it less. At sea level it takes one "
    "hundred degrees; at three thousand metres about ninety. Potatoes therefore need longer there, however hot the "
    "fire is, for the water cannot become hotter than its boiling point. A pot with a lid that closes tightly holds "
    "the steam back, the pressure rises, and the potatoes are done in a quarter of an hour.",
    "To change a tyre, first loosen the nuts a little while the wheel still stands on the ground. Then lift the car "
    "with the jack, take the nuts off, pull the wheel towards you and put the spare one in its place. Tighten the "
    "nuts crosswise, lower the car, and tighten them once more. Check the pressure at the next petrol station.",
    "Dear Ms Alvarez, thank you for your letter of 12 March. We have looked into the delay of your order and found "
    "that the parcel was sent to the wrong depot. A replacement left our warehouse this morning, and you should "
    "receive it within three working days. We have refunded the shipping costs of 8.50 euros. Please accept our "
    "apologies. Yours sincerely, the customer service.",
    "Question: Why do leaves turn yellow in autumn? Answer: The green of a leaf is chlorophyll, which the tree takes "
    "back before winter because it is valuable. What remains are yellow dyes that were there all summer, but hidden.",
    "def median(values):\n    ordered = sorted(values)\n    middle = len(ordered) // 2\n    if len(ordered) % 2:\n"
    "        return ordered[middle]\n    return (ordered[middle - 1] + ordered[middle]) / 2\n\n\n"
    'for name in ("one", "two", "three"):\n    print(name, len(name))\n',
    "港口主任有两本笔记本。第一本记着每一艘进港的船、船上的货物和船长的名字；第二本记的是船长们喝咖啡时讲的故事。"
    "没有人要他写第二本。他退休的时候，镇上想要第一本，而一位年轻的大学生问他，能不能看看另一本。",
    "在高山上，水不到一百度就会沸腾，因为那里的气压比较低。所以煮土豆需要更长的时间，火再大也没有用。"
    "用高压锅就不同了：蒸汽出不去，压力升高，水的温度也跟着升高。",
)
"""Passages of one to six sentences, in English, Chinese and Python."""

_WHO = (
    "The old lighthouse keeper", "My neighbour's daughter", "A committee of engineers", "The night train",
    "Our new accountant", "The museum downtown", "A flock of starlings", "The weather service",
    "Every second customer", "The village choir",
)  # fmt: skip
_DOES = (
    "will be late again because of the snow", "asked for a refund of twelve dollars", "is painting the fence green",
    "published a report about water prices", "cannot find the key to the cellar", "wants to learn how to bake bread",
    "was praised in yesterday's newspaper", "moves to a bigger house next month", "repaired the clock in the tower",
    "has never heard of this song", "explains how vaccines work", "sings surprisingly well",
    "forgot the meeting on Tuesday", "is looking for somebody who speaks Portuguese",
    "grows tomatoes behind the garage", "lost the match in the last minute", "closed the road after the flood",
    "offers a discount to students", "does not accept credit cards", "reads three books a week",
)  # fmt: skip


def sentences() -> tuple[str, ...]:
    """200 short English sentences, each once."""
    return tuple(f"{who} {does}." for does in _DOES for who in _WHO)
