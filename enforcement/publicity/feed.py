"""Write an Atom feed (RFC 4287) of what was published, corrected or withdrawn."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a lasting URI as identity, its page, and when it last changed (with time zone)."""

    id: str
    title: str
    link: str
    updated: datetime
    summary: str


def atom(id_: str, title: str, link: str, authority: str, entries: Sequence[Entry], empty_since: datetime) -> bytes:
    """Return the feed, newest first; `empty_since` is its time while there are no entries.

    Raise ValueError for a time without a zone: a reader elsewhere would shift it.
    """
    ordered = sorted(entries, key=lambda entry: (entry.updated, entry.id), reverse=True)
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    updated = ordered[0].updated if ordered else empty_since
    for tag, words in (("id", id_), ("title", title), ("updated", _time(updated))):
        _add(root, tag, words)
    ET.SubElement(root, "link", {"rel": "self", "href": link})
    _add(ET.SubElement(root, "author"), "name", authority)
    for entry in ordered:
        node = ET.SubElement(root, "entry")
        _add(node, "id", entry.id)
        _add(node, "title", entry.title)
        _add(node, "updated", _time(entry.updated))
        ET.SubElement(node, "link", {"rel": "alternate", "href": entry.link})
        _add(node, "summary", entry.summary)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, tag: str, words: str) -> None:
    ET.SubElement(parent, tag).text = _NOT_XML.sub("\ufffd", words)


def _time(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("订阅源的时间须带时区")
    return moment.isoformat(timespec="seconds")
