"""A conversation as a PDF file."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QUrl
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from myna.errors import BadInput

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
    # In memory: Qt does not tell when a disk is full, and sticks have no links that would put a file in place.
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setTitle(title)
    writer.setCreator("Myna")
    # Printing adds the margins, 2 cm on each side with the number of the page in them.
    layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF())
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
    with file.open("xb") as opened:
        try:
            opened.write(made.data().data())
            opened.flush()
        except OSError:
            file.unlink()
            raise
