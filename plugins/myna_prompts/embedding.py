"""The installed embedding model, looked for when it is first asked."""

from __future__ import annotations

from collections.abc import Sequence

from myna.assistant import Assistant
from myna.engine.protocols import Embeddings


class InstalledEmbedding:
    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """One vector for each text.

        Raises:
            ModelMissing, ExtraMissing: none is installed, or nothing opens it.
        """
        return await (await self._assistant.embedder()).embed(texts)
