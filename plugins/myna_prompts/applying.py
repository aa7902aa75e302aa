"""A turn is put into a template."""

from __future__ import annotations

from myna.engine.protocols import Sampling
from myna.errors import BadPrompt
from myna.events import Notice
from myna.hookspecs import OutputFilter, PromptUse, TurnDraft
from myna.messages import Message, system, user
from myna.paths import Paths

from .assembly import assemble
from .choosing import Chooser
from .opening import open_library
from .rendering import Rendered, schema_of
from .splitting import read_splits, serve, splits_file
from .steps import StepsFilter
from .template import INPUT

BY_WORDS = (
    "What is shown to the model was chosen by its words, not by meaning: "
    "no embedding model for this language is installed."
)


async def apply(draft: TurnDraft, chooser: Chooser) -> None:
    """Change `draft` as the template says that was asked for.

    What was asked for besides (sampling, length, schema) is left as it is.

    Raises:
        PromptMissing: there is no such template.
        BadPrompt: it cannot be used, or the values do not fit it.
    """
    paths = Paths.find()
    library = open_library(draft.prompt_sources, draft.settings, paths)
    loaded = serve(library, draft.prompt, read_splits(splits_file(paths)), draft.conversation)
    at = max((at for at, message in enumerate(draft.messages) if message.role == "user"), default=None)
    question = draft.messages[at] if at is not None else user("")
    if INPUT in draft.variables:
        raise BadPrompt(f"the variable {INPUT} is the question itself", hint="give the text")
    template = loaded.template
    draft.max_tokens = draft.max_tokens or template.max_tokens
    draft.sampling = merged(draft.sampling, template.sampling)
    draft.schema = draft.schema or schema_of(loaded)
    given = {**draft.variables, INPUT: question.typed().text}
    rendered = await assemble(loaded, given, draft, chooser, answer=draft.max_tokens)
    if rendered.method == "words":
        draft.emit(Notice(turn="", epoch=0, code="chosen-by-words", text=BY_WORDS))
    draft.messages = _placed(draft.messages, at, question, rendered)
    draft.used = PromptUse(template.name, template.version, loaded.sha256, template.answer_after)


def merged(asked: Sampling, suggested: Sampling) -> Sampling:
    """`asked`, and where that is as by default what the template suggests."""
    usual = Sampling()
    chosen = {
        name: getattr(asked, name) if getattr(asked, name) != getattr(usual, name) else getattr(suggested, name)
        for name in Sampling.__struct_fields__
    }
    return Sampling(**chosen)


def _placed(messages: list[Message], at: int | None, question: Message, rendered: Rendered) -> list[Message]:
    """The turn with what was rendered: the template's system part in place of the one that is there, its examples
    before the question. What fits a conversation into its context drops the oldest first, so they stay."""
    history = messages if at is None else messages[:at]
    first = next((place for place, message in enumerate(history) if message.role != "system"), len(history))
    begin = [system(rendered.system)] if rendered.system else history[:first]
    shots = rendered.messages()[bool(rendered.system) : -1]
    rest = [] if at is None else messages[at + 1 :]
    return [*begin, *history[first:], *shots, question.with_text(rendered.user), *rest]


def visible_part(draft: TurnDraft) -> OutputFilter | None:
    """What tells the steps of an answer from the answer, where the template asks for steps."""
    if draft.used is None or not draft.used.answer_after:
        return None
    return StepsFilter(
        draft.used.answer_after, lambda text: draft.emit(Notice(turn="", epoch=0, code="steps", text=text))
    )
