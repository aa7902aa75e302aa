"""A conversation as a PDF file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QMarginsF, QUrl
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from myna.errors import BadInput

MARGIN_MM = 18.0
FONT_PT = 11


class _Sealed(QTextDocument):
    """Reads nothing from anywhere, whatever an answer tells it to show."""

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        del kind, name


def write_pdf(file: Path, title: str, markdown: str) -> None:
    """Write `markdown` to the new file `file`, on pages of A4; HTML in it is text. May run in any thread.

    Raises:
        FileExistsError, OSError: it is there already, or cannot be written.
    """
    if file.exists():
        raise FileExistsError(17, os.strerror(17), str(file))
    descriptor, name = tempfile.mkstemp(suffix=".pdf", dir=file.parent)
    os.close(descriptor)
    try:
        writer = QPdfWriter(name)
        writer.setTitle(title)
        writer.setCreator("Myna")
        layout = QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
        if not writer.setPageLayout(layout):
            raise BadInput("no page of A4 can be laid out here")
        document = _Sealed()
        font = document.defaultFont()
        font.setPointSize(FONT_PT)
        document.setDefaultFont(font)
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
        document.setMarkdown(markdown, features)
        document.print_(writer)
        del writer
        os.link(name, file)
    finally:
        Path(name).unlink(missing_ok=True)
