"""Pictures, judged by what is found out about them.

A rule `label = "unsafe-picture"` on `picture` counts from its threshold on: the score is the probability that the
picture is pornographic, as `TurnDraft.look` has it where the model for it is installed.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from myna.errors import ExtraMissing, MynaError
from myna.messages import Attachment

from .elapsed import since
from .findings import CLASSIFIER, SEVERITY, Found
from .judging import Judgement
from .policies.compiled import CompiledPolicy
from .policies.model import UNSAFE

if TYPE_CHECKING:
    from myna.engine.sight import PictureFacts

MODEL = "open-nsfw"
"""The model of the catalog that knows."""


async def judged_pictures(
    policy: CompiledPolicy, pictures: Sequence[Attachment], look: Callable[[Attachment], Awaitable[PictureFacts]]
) -> Judgement:
    """All pictures of a message. What cannot be looked at, or told for want of the model, could not be judged."""
    rules = [rule for rule in policy.labels if rule.label == UNSAFE]
    found: list[Found] = []
    failed: list[str] = []
    judgement = Judgement("allow", "")
    for picture in pictures if rules else ():
        started = time.perf_counter()
        try:
            score = (await look(picture)).unsafe
            absent = score is None and not installed()
        except MynaError as error:
            score, absent = None, isinstance(error, ExtraMissing)
        if score is None:
            # What is merely not installed has not failed, where the policy goes on without it: the doctor says so.
            if policy.policy.fails_closed or not absent:
                failed.append(UNSAFE)
            continue
        for rule in rules:
            if score < rule.threshold or rule.action == "allow":
                continue
            found.append(
                Found(rule.id, CLASSIFIER, "picture", rule.action, 0, 0, since(started), UNSAFE, round(score, 4))
            )
            if judgement.action == "allow" or SEVERITY[rule.action] > SEVERITY[judgement.action]:
                judgement = Judgement(rule.action, "", rule)
    return Judgement(judgement.action, "", judgement.rule, tuple(found), tuple(dict.fromkeys(failed)))


def installed() -> bool:
    """Whether the model that knows is on this machine."""
    from myna.paths import Paths
    from myna_models.installed import Store

    return Store(Paths.find().models).get(MODEL) is not None
