"""A chat: what is said becomes a turn, what begins with a slash a command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..engine.protocols import Sampling
from ..errors import UsageError
from ..suggest import did_you_mean
from .answer import as_data, failure, show
from .interrupt import on_interrupt
from .offer import offer_after

if TYPE_CHECKING:
    from ..assistant import Assistant
    from ..conversation import Conversation
    from ..draft import AskOptions
    from ..messages import Part
    from ..turn import Turn
    from .context import Context
    from .lines import Lines


class Leave(Exception):
    """The person said goodbye."""


class Chat:
    """One conversation after another, in one place."""

    def __init__(self, ctx: Context, assistant: Assistant, conversation: Conversation) -> None:
        self.ctx = ctx
        self.assistant = assistant
        self.conversation = conversation
        self.system: str | None = None
        """System prompt asked for at the start; new conversations have it too."""
        self.pictures: list[str] = []
        """Paths of pictures that go with the next question."""
        self.prompt = ""
        """Name of the prompt template that questions are put into; empty for none."""
        self.variables: dict[str, str] = {}
        """Values for that template."""

    @property
    def options(self) -> AskOptions:
        from ..draft import AskOptions

        chat = self.ctx.settings.chat
        return AskOptions(
            sampling=Sampling(temperature=chat.temperature),
            max_tokens=chat.max_tokens,
            prompt=self.prompt,
            variables=dict(self.variables),
        )

    async def say(self, line: str, lines: Lines) -> None:
        """Do what `line` says. `//` at its start stands for a slash that is meant."""
        if line.startswith("/") and not line.startswith("//"):
            await self._command(line, lines)
        elif line.strip():
            await self.answer(self.conversation.ask(await self._content(line.removeprefix("/")), options=self.options))

    async def answer(self, turn: Turn) -> None:
        """Show a turn; Ctrl-C ends it and not the chat.

        Raises:
            MynaError: the turn ended badly.
        """
        with on_interrupt(turn.cancel):
            finished = await show(self.ctx, turn)
        if finished.reason == "cancelled":
            self.ctx.note(self.ctx.text("Stopped."))
            return
        if error := failure(finished):
            raise error
        if self.ctx.json:
            self.ctx.print_json(as_data(finished))
        await offer_after(self.ctx, self.assistant, self.conversation.model, finished)

    def completions(self, before: str) -> Iterator[tuple[str, str]]:
        """What the text before the cursor could become, with a meaning each."""
        from .slash import known

        if before.startswith("/") and " " not in before:
            for command in known(self.ctx):
                if f"/{command.name}".startswith(before):
                    yield f"/{command.name}", self.ctx.text(command.summary)

    async def _content(self, text: str) -> str | tuple[Part, ...]:
        if not self.pictures:
            return text
        from .pictures import attach

        paths, self.pictures = self.pictures, []
        return await attach(self.ctx, self.assistant, self.conversation, paths, text)

    async def _command(self, line: str, lines: Lines) -> None:
        from .slash import PROVIDERS, known

        name, _, argument = line[1:].partition(" ")
        commands = known(self.ctx)
        for command in commands:
            if command.name == name:
                await command.run(self, argument.strip(), lines)
                return
        if name in PROVIDERS:
            from .group import absent

            raise absent(self.ctx, f"/{name}", PROVIDERS[name])
        names = [f"/{command.name}" for command in commands]
        raise UsageError(f"there is no command /{name}{did_you_mean(f'/{name}', names)}", hint="/help")
