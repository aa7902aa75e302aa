"""The whole contract between Myna and its plugins.

A plugin is a module or an object named by an entry point in the group `myna.plugins`. It implements
any of the functions below, marked with `@hookimpl`:

    from myna.hookspecs import hookimpl

    @hookimpl
    def myna_observe(event):
        print(event)

Implementations may leave out arguments that they do not need. Plugins are called in this order: those
that come with Myna, then the others by name; `@hookimpl(tryfirst=True)` and `@hookimpl(trylast=True)`
move an implementation to the front or to the end. Hooks that may wait are marked
*async*: an implementation returns an awaitable, or the value at once.

What a plugin needs of the machine is declared by a module attribute `MYNA_NEEDS`, a tuple of
`"network"`, `"microphone"`, `"camera"`, `"files"`; it is shown to the owner by `myna plugins list`.
The versions of Myna that it works with are declared by `MYNA_REQUIRES`, for example `">=0.1,<1"`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, overload, runtime_checkable

import msgspec
import pluggy

from .events import Event
from .messages import Attachment, Message

if TYPE_CHECKING:
    from .assistant import Assistant
    from .audit.policy import AuditPolicy
    from .bench import BenchInfo
    from .config import Settings, SpeechSettings
    from .conversation import Conversation
    from .doctor import Finding
    from .draft import AskOptions
    from .engine.classify import Classified
    from .engine.protocols import Embeddings, EngineInfo, EngineSpec, ModelInfo, Sampling, Task, TextRequest
    from .engine.sight import PictureFacts
    from .panel import Desk, Panel
    from .voice_events import Told

Need = Literal["network", "microphone", "camera", "files"]

_F = TypeVar("_F", bound=Callable[..., Any])

_hookspec = pluggy.HookspecMarker("myna")
_hookimpl = pluggy.HookimplMarker("myna")


@overload
def hookimpl(function: _F) -> _F: ...


@overload
def hookimpl(*, tryfirst: bool = False, trylast: bool = False) -> Callable[[_F], _F]: ...


def hookimpl(function: _F | None = None, *, tryfirst: bool = False, trylast: bool = False) -> _F | Callable[[_F], _F]:
    """Mark a function of a plugin as the implementation of the hook of that name.

    `tryfirst` has it called before, `trylast` after the implementations of other plugins.
    """
    marker = _hookimpl(tryfirst=tryfirst, trylast=trylast)
    return marker(function) if function is not None else marker


class CommandInfo(msgspec.Struct, frozen=True):
    """A command of `myna`; its module is imported only when it is called."""

    name: str
    summary: str
    """One line for `myna --help`."""
    target: str
    """Import string `package.module:attribute` of a click command or group."""


class ChatCommand(msgspec.Struct, frozen=True):
    """A command inside `myna chat`, after a slash; its module is imported only when it is called."""

    name: str
    """Without the slash."""
    argument: str
    """What may follow, as `/help` shows it, for example `[NAME]`; empty for nothing."""
    summary: str
    """One line for `/help`."""
    target: str
    """Import string of `async def run(chat, argument, lines) -> None`; see `myna.cli.session.Chat`."""


class PromptSource(msgspec.Struct, frozen=True):
    """A folder with prompt templates, one TOML file each."""

    folder: str
    """Path of the folder."""


class PanelInfo(msgspec.Struct, frozen=True):
    """A page of the desktop."""

    name: str
    title: str
    qml: str
    """Path of the QML file; the page finds what is behind it as `panel`."""
    view_model: str | Callable[[Desk], Panel]
    """What makes a `myna.panel.Panel` of a `myna.panel.Desk`: an import string, imported by the desktop alone; or a
    method of the plugin, whose panel then knows it."""
    icon: str = "puzzle"
    """A name of an icon of the desktop, see `myna_ui/qml/Myna/Ui/Icon.qml`."""
    order: int = 500
    """Lower comes first in the list of pages; those that come with Myna have 100 to 400."""
    translations: str = ""
    """A folder with Qt translations of the QML file, `zh.qm` for Chinese; empty for none."""


class DemoStep(msgspec.Struct, frozen=True):
    """One part of `myna demo`."""

    title: str
    order: int
    """Lower comes first; the built-in text turn is 100."""
    target: str
    """Import string of `async def run(assistant, console) -> dict[str, float]`, timings in ms."""


class ResolvedModel(msgspec.Struct, frozen=True):
    """An installed model, ready to be loaded."""

    name: str
    task: Task
    format: str
    """File suffix that chooses the engine, for example `.gguf`."""
    files: dict[str, str]
    """Paths by role: `model`, `projector` ..."""
    sha256: str = ""
    """Of the model file, where it is known."""
    options: dict[str, Any] = {}
    """Engine options that this model wants, for example its context length."""
    tuned: dict[str, Any] = {}
    """Engine options that were measured to be best on this machine; what the owner set wins."""
    unfitted: bool = False
    """How it runs best on this machine can be measured (`myna models optimize NAME`), and never was."""
    sees: bool = False
    """It looks at pictures itself; a model with a `projector` among its files does so anyway."""
    route: str = ""
    """The name that was asked for, where it chooses among models for each turn; this is the one that answers where
    nothing else is said."""

    @property
    def looks(self) -> bool:
        """Whether it looks at pictures itself."""
        return self.sees or "projector" in self.files


class OfferedModel(msgspec.Struct, frozen=True):
    """A model that is no file on this machine, or a name that chooses among models."""

    name: str
    task: Task
    title: str
    summary: str = ""
    context: int = 0
    """Tokens; 0: not known."""
    facts: dict[str, str] = {}
    """What else people should know of it, by heading, in English."""
    check: Callable[[], Finding] | None = None
    """Finds out whether it can be asked now; may take seconds, in a thread. None: there is nothing to find out."""


class RouteFacts(msgspec.Struct, frozen=True):
    """What is known of a turn when it is chosen who answers."""

    messages: tuple[Message, ...]
    """The history and the question, before plugins have prepared them."""
    schema: bool
    tools: bool
    prompt: str
    """Name of the prompt template; empty for none."""
    client: str
    """Who asks, where that is a program on behalf of somebody else: the name of an API key."""


class Route(msgspec.Struct, frozen=True):
    """Who answers a turn."""

    models: tuple[str, ...]
    """Names as `myna_resolve_model` takes them, at least one: each is asked when those before it cannot answer."""
    rule: str = ""
    """Which rule decided, for the record."""


class Utterance(msgspec.Struct, frozen=True):
    """A part of a text as it is spoken at a time."""

    text: str
    """As it is to be said: no Markdown, numbers in words."""
    language: str
    """BCP 47."""
    voice: str
    """What `Assistant.synthesizer` takes."""


LineMark = Literal["press", "release", "drop"]
"""Where somebody at the other end of a line begins to speak by hand, has finished, or takes it back."""


class VoiceLine(Protocol):
    """Sound to and from somebody who talks from elsewhere."""

    rate: int
    """Samples a second (Hz), both ways."""

    def heard(self) -> AsyncIterator[bytes | LineMark]:
        """16-bit samples as they come, and marks where they belong in it; ends when the other end has gone."""
        ...

    async def play(self, data: bytes) -> None:
        """Send 16-bit samples; waits while the other end takes none."""
        ...


class VoiceCall(msgspec.Struct, frozen=True):
    """What a conversation by voice over a line is made of."""

    line: VoiceLine
    assistant: Assistant
    conversation: Conversation
    settings: SpeechSettings
    show: Callable[[Told], None]
    """Is told what happens, and must not block."""
    options: AskOptions
    answers: bool = True
    """What was said is answered at once; else it is told, and `VoiceTalk.ask` has something answered."""


class VoiceTalk(Protocol):
    """A conversation by voice; nothing happens before `run`."""

    async def run(self) -> None:
        """Until the line ends and the last answer was heard. Cancelling ends it at once. Raises `MynaError`."""
        ...

    def ask(self, question: str, language: str = "") -> None:
        """Answer a text, aloud."""
        ...

    def silence(self, heard_s: float | None = None) -> None:
        """End the answer that is being spoken. `heard_s`: seconds of it that were heard, where that is known."""
        ...


@runtime_checkable
class ModelSource(Protocol):
    """Where model files come from. `scheme` is the part of a source before the colon."""

    scheme: str

    def fetch(self, location: str, target: str, progress: Callable[[int, int], None]) -> str:
        """Bring the file at `location` (what follows the colon) to the path `target`.

        Runs in a thread. Bytes that are already in `target` may be continued. `progress` is called
        with bytes so far and bytes in all (0 when unknown) and may raise to stop the transfer.
        Returns a pin: what exactly was fetched (a commit, a version), for the lock file; or "".

        Raises:
            SourceUnavailable: it cannot be reached, or stalls.
            HashMismatch: it is not what the source itself promised.
        """
        ...


class PromptUse(msgspec.Struct, frozen=True):
    """Which template a turn was put into."""

    name: str
    version: str
    sha256: str
    """Lower-case hexadecimal SHA-256 of the template's text, and of its file of examples where it has one."""
    answer_after: str = ""
    """What stands before it in the answer are steps, which are told apart from the answer; empty: all is answer."""


class TurnDraft(Protocol):
    """A turn before it is generated; `myna_prepare_turn` may change its public attributes."""

    turn: str
    conversation: str
    model: str
    messages: list[Message]
    """History and the new message, oldest first, a system message (if any) at the start."""
    sampling: Sampling
    max_tokens: int
    schema: str
    prompt: str
    """Name of the prompt template that was asked for; empty for none."""
    variables: dict[str, Any]
    """Values for the template: texts as a person types them, or the data itself."""
    used: PromptUse | None
    """The template that the messages were put into, set by whoever did; recorded with the answer."""
    answer: str
    """Set by a plugin that knows it: given in the place of the model's, which is not asked. Filters see it too."""
    answer_later: Callable[[], Awaitable[str]] | None
    """Set in the place of `answer` where that depends on `messages`: called once screens have judged those."""
    settings: Settings

    @property
    def sees(self) -> bool:
        """Whether the model looks at the pictures in messages itself; another one fails with them."""
        ...

    @property
    def info(self) -> ModelInfo:
        """What the engine knows of the model."""
        ...

    @property
    def context(self) -> int:
        """Tokens that the prompt and the answer may have together."""
        ...

    async def count(self, messages: Sequence[Message]) -> int:
        """Tokens that the model's chat template makes of `messages`."""
        ...

    @property
    def prompt_sources(self) -> Sequence[PromptSource]:
        """Folders of prompt templates, by all plugins."""
        ...

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """One vector for each text, by the installed embedding model.

        Raises:
            ModelMissing: none is installed.
        """
        ...

    async def generate(self, request: TextRequest) -> str:
        """Ask the model aside, for example for a summary; nothing of it reaches the user."""
        ...

    async def look(self, picture: Attachment) -> PictureFacts:
        """What small programs and models find out about a picture of the conversation; kept for the next who asks.

        `PictureFacts.unsafe` is there where the classifier is installed (`open-nsfw`), `lines` where the reader is.

        Raises:
            ExtraMissing: nothing here looks at pictures.
            BadInput: it cannot be looked at.
        """
        ...

    async def classify(self, model: str, text: str, labels: tuple[str, ...] = ()) -> Classified:
        """What the classifier `model` (a name of the catalog) makes of a text; `labels` as in `ClassifyRequest`.

        Raises:
            ModelMissing: it is not installed.
            MynaError: it cannot tell now.
        """
        ...

    def emit(self, event: Event) -> None:
        """Tell whoever listens to the turn. `turn` and `epoch` of the event are filled in."""
        ...

    def audit(self, stage: Literal["input", "output"], verdict: Verdict) -> None:
        """Have a decision recorded that the turn does not see for itself: what an output filter masked, what was only
        to be logged. What screens return, and `Blocked`, is recorded anyway. `verdict.text` is not recorded."""
        ...


class Verdict(msgspec.Struct, frozen=True):
    """What a screen decided about a text."""

    action: Literal["allow", "replace", "block"]
    text: str = ""
    """`replace`: the text to use instead. `block`: what the user is told."""
    rule: str = ""
    """Which rule decided, for the audit record."""


@runtime_checkable
class OutputFilter(Protocol):
    """Sees one answer as it streams, and releases only what may be shown.

    Each method returns text to deliver now. What is held back is returned later or never. A filter
    that wants to end the turn raises `Blocked`, and one that wants the model to answer once more raises
    `AskAgain` before it has let go of anything.
    """

    def feed(self, text: str) -> str: ...

    def finish(self) -> str:
        """The answer is complete: everything that is still held back and allowed."""
        ...


class AsyncOutputFilter(Protocol):
    """An `OutputFilter` that may wait, for example for a model that judges. The engine goes on meanwhile."""

    async def feed(self, text: str) -> str: ...

    async def finish(self) -> str: ...


class HookSpecs:
    """All hooks, in the order in which a run of Myna calls them."""

    @_hookspec
    def myna_register_engines(self) -> Sequence[EngineInfo]:
        """Engines that this plugin offers."""
        raise AssertionError

    @_hookspec
    def myna_register_model_sources(self) -> Sequence[ModelSource]:
        """Sources that model files can be fetched from, by scheme."""
        raise AssertionError

    @_hookspec
    def myna_register_commands(self) -> Sequence[CommandInfo]:
        """Commands for the command line. The first plugin to claim a name keeps it."""
        raise AssertionError

    @_hookspec
    def myna_register_chat_commands(self) -> Sequence[ChatCommand]:
        """Commands inside `myna chat`. The first plugin to claim a name keeps it; built-in ones cannot be replaced."""
        raise AssertionError

    @_hookspec
    def myna_register_prompts(self) -> Sequence[PromptSource]:
        """Folders of prompt templates."""
        raise AssertionError

    @_hookspec
    def myna_register_panels(self) -> Sequence[PanelInfo]:
        """Pages of the desktop."""
        raise AssertionError

    @_hookspec
    def myna_register_benchmarks(self) -> Sequence[BenchInfo]:
        """Measurements for `myna bench`."""
        raise AssertionError

    @_hookspec
    def myna_register_demo_steps(self) -> Sequence[DemoStep]:
        """Parts of `myna demo`."""
        raise AssertionError

    @_hookspec
    def myna_check_health(self, settings: Settings) -> Sequence[Finding]:
        """What `myna doctor` should say about this plugin on this machine."""
        raise AssertionError

    @_hookspec
    def myna_require_audit(self, settings: Settings) -> AuditPolicy | None:
        """What must be recorded for the policy that this plugin enforces, besides what the settings say. The strictest
        of all answers counts. Called before each turn, so it must be quick."""
        raise AssertionError

    @_hookspec(firstresult=True)
    def myna_resolve_model(self, name: str, task: Task, settings: Settings) -> ResolvedModel | None:
        """The installed model called `name` (empty: the default for `task`), or None if it is not yours.

        For a route, say `route` and, as `name`, which model answers where nothing else is said, without a `format`:
        what the other plugins know of that model is filled in.

        Raises:
            ModelMissing: the name is known, but the model is not installed.
        """
        raise AssertionError

    @_hookspec
    def myna_offer_models(self, settings: Settings) -> Sequence[OfferedModel]:
        """Models besides the files on this machine, for lists that people choose from. `myna_resolve_model` of the
        same plugin knows them. Must be quick: nothing is asked over a network here."""
        raise AssertionError

    @_hookspec(firstresult=True)
    def myna_route_turn(self, name: str, facts: RouteFacts, settings: Settings) -> Route | None:
        """Who answers a turn that was asked of `name`, or None if that is no route of yours. Called where the resolved
        model says that it is one (`ResolvedModel.route`)."""
        raise AssertionError

    @_hookspec(firstresult=True)
    def myna_read_aloud(self, text: str, language: str, voice: str, settings: Settings) -> Sequence[Utterance] | None:
        """`text` as it is to be spoken, in order, or None if you do not know how. Runs in a thread.

        `language` (BCP 47) is what it is in where its letters do not tell; empty: as the settings say. `voice` is who
        speaks; empty: a voice for each language.

        Raises:
            ModelMissing: there is no voice for any of it.
        """
        raise AssertionError

    @_hookspec(firstresult=True)
    def myna_open_voice(self, call: VoiceCall) -> Awaitable[VoiceTalk] | VoiceTalk | None:
        """*async* A conversation by voice over a line, its engines loaded and warm, or None if you have none.

        Raises:
            ModelMissing, ExtraMissing: something that it needs is not installed.
        """
        raise AssertionError

    @_hookspec(firstresult=True)
    def myna_find_camera(self, settings: Settings) -> EngineSpec | None:
        """The engine that reads cameras here, or None if you have none; see `myna.engine.camera`. Nothing is opened by
        asking: the camera is when a `watch` is sent to the engine."""
        raise AssertionError

    @_hookspec
    def myna_prepare_turn(self, draft: TurnDraft) -> Awaitable[None] | None:
        """*async* Change a turn before it is screened and generated: persona, context, history."""
        raise AssertionError

    @_hookspec
    def myna_screen_input(self, message: Message, draft: TurnDraft) -> Awaitable[Verdict] | Verdict | None:
        """*async* Judge what the user sent. The first `block` ends the turn; `replace` changes the text.

        Text that was found in a picture, or looked up, comes in a call of its own, as a message whose one part has the
        origin `picture` or `retrieved`; the first also where the model looks at the picture itself, and then only
        `block` keeps it from the text.
        A picture itself may be judged by `await draft.look(part.attachment)`.
        """
        raise AssertionError

    @_hookspec
    def myna_screens_printed(self, settings: Settings) -> bool | None:
        """Whether `myna_screen_input` of this plugin judges text that is printed in pictures now. With False from all,
        pictures for a model that looks at them itself need not be read besides. Without this hook: yes."""
        raise AssertionError

    @_hookspec
    def myna_open_output_filter(self, draft: TurnDraft) -> OutputFilter | AsyncOutputFilter | None:
        """A filter for the answer of this turn; filters of several plugins are chained. Its methods may be async."""
        raise AssertionError

    @_hookspec
    def myna_observe(self, event: Event) -> None:
        """Every event of every turn, after it was delivered. Must not block."""
        raise AssertionError
