"""What goes to the model, judged: what a person typed, the pictures with it, and text that was found in them."""

from __future__ import annotations

from collections.abc import Sequence

from myna.hookspecs import TurnDraft, Verdict
from myna.messages import Image, Message, Text

from .findings import Judge, Origin
from .judging import Judgement, judged
from .notices import FAILED, Speaker
from .pictures import judged_pictures
from .policies.compiled import CompiledPolicy
from .telling import tell, tell_failure


def origin_of(message: Message) -> Origin:
    """Where the text of a message that is to be judged comes from."""
    origins = {part.origin for part in message.parts if isinstance(part, Text)}
    if "user" in origins or not origins:
        return "user"
    return "picture" if "picture" in origins else "retrieved"


def asked(draft: TurnDraft) -> str:
    """What the person typed last."""
    return next((message.typed().text for message in reversed(draft.messages) if message.role == "user"), "")


async def screened(
    policy: CompiledPolicy, judges: Sequence[Judge], message: Message, draft: TurnDraft
) -> Verdict | None:
    """What the policy makes of a message; each finding is told."""
    origin = origin_of(message)
    speaker = Speaker.to(message.text if origin == "user" else asked(draft), draft.settings)
    verdict = None
    if message.text:
        judgement = await judged(policy, message.text, origin, judges)
        _tell(policy, draft, judgement, origin)
        verdict = _verdict(policy, judgement, speaker, message.text)
    if verdict is not None and verdict.action == "block":
        return verdict
    pictures = [part.attachment for part in message.parts if isinstance(part, Image)]
    judgement = await judged_pictures(policy, pictures, draft.look)
    _tell(policy, draft, judgement, "picture")
    return _verdict(policy, judgement, speaker, "") or verdict


def _tell(policy: CompiledPolicy, draft: TurnDraft, judgement: Judgement, origin: Origin) -> None:
    for one in judgement.found:
        tell(draft, policy, one)
    for part in judgement.failed:
        tell_failure(draft, policy, part, origin)


def _verdict(policy: CompiledPolicy, judgement: Judgement, speaker: Speaker, text: str) -> Verdict | None:
    rule = judgement.rule
    if rule is not None and judgement.action == "block":
        return Verdict("block", speaker.text(policy.notice(rule)), rule.id)
    if judgement.failed and policy.policy.fails_closed:
        return Verdict("block", speaker.text(FAILED), judgement.failed[0])
    if rule is not None and judgement.action == "replace":
        return Verdict("replace", speaker.text(policy.notice(rule)), rule.id)
    if rule is not None and judgement.text != text:
        return Verdict("replace", judgement.text, rule.id)
    return None
