"""Turn the sheet of a result into PDF with the service's own style, without asking anything of the network."""

from __future__ import annotations

import logging
import mimetypes
import threading
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

from web.ui.assets import FOLDER

# Chinese has other glyphs in Japanese fonts, and margin boxes inherit nothing: the font is named for everything.
FONT = '"Noto Sans CJK SC"'
PINNED = f"""
html, body, table, code, pre, q, h1, h2, h3, h4 {{ font-family: {FONT} !important; }}
code, .hash {{ font-family: "Noto Sans Mono CJK SC", {FONT} !important; }}
@page {{
  @bottom-left {{ content: string(number); font: 8.5pt {FONT}; color: #565d66; }}
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 8.5pt {FONT}; color: #565d66; }}
}}
.sheet__number {{ string-set: number content(); }}
"""
# The sheet's style serves browsers too; what only they understand is no news.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
# Addresses in the page are relative to this; nobody can be reached there.
BASE = "http://sheet.invalid/"


# Laying out is hard work for one processor: one sheet at a time, so that the pages stay quick for everybody else.
_TURN = threading.Lock()
WAIT_SECONDS = 20


class SheetBusy(Exception):
    """Other sheets are being made; nobody waits longer than WAIT_SECONDS for a turn."""


class OwnFiles(URLFetcher):
    """Give the static files of this service, and nothing else in the world."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return a static file; an address of anything else is refused."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        parts = PurePosixPath(unquote(urlsplit(url).path)).parts
        if url.startswith(BASE) and parts[:2] == ("/", "static") and len(parts) > 3:
            file = FOLDER.joinpath(*parts[3:]).resolve()
            if file.is_relative_to(FOLDER) and file.is_file():
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})
        raise URLFetchingError(f"not a file of this service: {url}")


def sheet_pdf(html: str) -> bytes:
    """Return the PDF of a rendered sheet, tagged for screen readers.

    Raises:
        SheetBusy: the turn did not come in time.
    """
    if not _TURN.acquire(timeout=WAIT_SECONDS):
        raise SheetBusy
    try:
        fonts = FontConfiguration()
        document = HTML(string=html, base_url=BASE, url_fetcher=OwnFiles())
        pinned = CSS(string=PINNED, font_config=fonts)
        return bytes(document.write_pdf(stylesheets=[pinned], font_config=fonts, pdf_variant="pdf/ua-1") or b"")
    finally:
        _TURN.release()
