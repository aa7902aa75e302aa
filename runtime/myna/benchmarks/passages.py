"""Plain English to be found likely or not: written for this, so that no model knows it by heart."""

from __future__ import annotations

PASSAGES = (
    "The morning train left the station a few minutes late because a farmer had asked the driver to wait for "
    "his daughter. She ran along the platform, a basket of apples in one hand and her hat in the other, and "
    "once she had found a seat by the window she laughed about it with the old woman across from her. They "
    "talked about the weather, the price of bread and the new bridge over the river until the hills began.",
    "Water boils at a lower temperature on a high mountain, since the air above it presses less. That is why "
    "rice takes longer to cook there: the water is boiling, but it is not as hot as in a kitchen by the sea. "
    "People who live in such places often use a closed pot with a valve, which keeps the steam inside until "
    "the pressure has risen.",
    "To plant a small tree, dig a hole that is twice as wide as its roots and about as deep. Loosen the earth "
    "at the bottom, set the tree upright, and fill the hole slowly while somebody holds the trunk. Press the "
    "soil down with your foot, water it well, and tie the tree to a strong stick, so that the wind cannot pull "
    "it out in its first winter.",
    "Our office is closed on Monday. If you would like to return a product, please write to us before the end "
    "of the month and tell us the number of your order. You will receive an answer within two days. We do not "
    "charge anything for the return of goods that were damaged on their way to you.",
    "My brother repairs clocks in a workshop behind the church. He says that most of them are not broken at "
    "all, but only tired: dust has found its way between the wheels, and the oil has become thick. He takes "
    "them apart, cleans every piece, and lays them on a white cloth in the order in which they have to go "
    "back.",
    "When the lamp in the harbour goes out, the fishermen know that it is six o'clock. They push their boats "
    "into the water without a word, for the children in the houses above are still asleep. By the time the sun "
    "stands over the wall, the nets are wet, the first gulls have come, and somebody has already begun to "
    "sing.",
    "A good question is short. It says what you have tried, what you expected, and what happened instead. "
    "Whoever reads it should not have to guess which version you use, or scroll through three pages before the "
    "error comes. If you find the answer yourself, write it below your question, because you will not be the "
    "last one who asks.",
    "The museum shows two hundred years of bicycles, from wooden machines without pedals to the light ones "
    "that are ridden in races today. Visitors may try some of them in the yard. On Sundays there is a guided "
    "tour at eleven; it takes an hour and is free for children under twelve.",
    "Bread needs four things: flour, water, salt and time. Mix the first three in a bowl until no dry flour is "
    "left, cover it with a cloth and forget about it until the evening. Then fold the dough a few times, let "
    "it rest again, and bake it in a hot oven until the crust is dark and the loaf sounds hollow.",
    "In the second half of the game both teams were tired. The rain had made the ball heavy, and every pass "
    "seemed to end in a puddle. With five minutes left, the smallest player on the field ran past three "
    "others, slipped, fell, and touched the ball with the tip of his shoe. It rolled over the line so slowly "
    "that nobody cheered at first.",
)
