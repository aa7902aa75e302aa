"""Pictures of requests on their way into prompts and into the KV cache."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import BadInput, ExtraMissing
from ..text.sight import Layout, Look, Vectors
from ..text.spans import Span
from .encoder import PictureEncoder
from .options import LlamaOptions
from .sight import Sight, fitted

if TYPE_CHECKING:
    import numpy as np

KNOWN_LAYOUTS = 256
"""Pictures whose layout is remembered; one takes some tens of kilobytes, and is worked out again in a millisecond."""

CLOSE_S = 5.0
"""How long the end of the engine waits for a picture that is being encoded."""


class Pictures:
    """The sight of a model: layouts, and the encoder behind them."""

    def __init__(self, sight: Sight, options: LlamaOptions) -> None:
        self._sight = sight
        self._largest = options.batch
        self._layouts: OrderedDict[str, Layout] = OrderedDict()
        self._encoder = PictureEncoder(self._encode, cache_bytes=options.picture_cache_mb * 1_000_000)
        self.causal = sight.causal
        # What decodes pictures is imported here (100 ms), and not while others are answered. Where it is not
        # installed, whoever shows a picture is told.
        with contextlib.suppress(ExtraMissing):
            importlib.import_module("..pixels", __package__)

    def layout(self, sha256: str, data: bytes | None) -> Layout | None:
        """What the picture `sha256` becomes in a prompt; None when it is not known and there is no `data`.

        Raises:
            BadInput: it is no picture, one that this model cannot take, or not the one with that hash.
            ExtraMissing: what decodes pictures is not installed.
        """
        known = self._layouts.get(sha256)
        if known is not None:
            self._layouts.move_to_end(sha256)
            return known
        if data is None:
            return None
        from ..pixels import size_of

        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadInput("a picture is not the one that its hash says")
        layout = self._sight.layout(sha256, size_of(data))
        longest = max((len(patch.tokens) for patch in layout.patches), default=0)
        if not self.causal and longest > self._largest:
            raise BadInput(
                f"the picture takes {longest:,} tokens that must be computed at once, and {self._largest:,} may be",
                hint=f"myna config set engine.batch {longest}",
            )
        self._layouts[sha256] = layout
        while len(self._layouts) > KNOWN_LAYOUTS:
            self._layouts.popitem(last=False)
        return layout

    def look(self, span: Span, images: Mapping[str, bytes]) -> Look:
        """The vectors of the picture that `span` is of, now or later.

        Raises:
            BadInput: `images` does not have it.
        """
        data = images.get(span.sha256)
        if data is None:
            raise BadInput("the content of a picture is missing from the request")
        return self._encoder.look(span.sha256, data)

    def wait(self, seconds: float) -> None:
        """Until a picture was encoded, or for `seconds`."""
        self._encoder.wait(seconds)

    def forget(self) -> None:
        """Forget what pictures became."""
        self._encoder.forget()
        self._layouts.clear()

    def close(self) -> None:
        if self._encoder.close(CLOSE_S):
            self._sight.close()

    def _encode(self, sha256: str, data: bytes, go_on: Callable[[], bool]) -> tuple[Vectors, ...] | None:
        from ..pixels import decode, size_of

        layout = self._sight.layout(sha256, size_of(data))
        return self._sight.encode(layout, reduced(decode(data)), go_on) or None


def reduced(pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """`pixels` (height x width x 3) brought down to what encoders take in."""
    height, width = pixels.shape[:2]
    size = fitted((width, height))
    if size == (width, height):
        return pixels
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(pixels, "RGB").resize(size, Image.Resampling.BOX))
