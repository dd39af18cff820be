"""Check what every page of the service must have, and nothing it must not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
URL_ATTRIBUTES = {"href", "src", "action", "formaction", "poster", "data", "xlink:href"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
# Traces of a wrong decoding, of the damage seen in copied policy texts, and of templates that went wrong.
MOJIBAKE = re.compile(
    r"\ufffd|Ã.|â€|ï¼|ã€|é›|æ\x9c|锟斤拷|烫烫|\?。ㄒ|\?。ㄋ|ㄎ|\{\{|\{%|%\(\w+\)|<markupsafe|\bNone\b|\bundefined\b|&amp;amp;"
)
CHINESE = re.compile(r"[\u3400-\u9fff]")
LANGS = {"zh-Hans", "zh-Hant-HK", "en"}


@dataclass
class Element:
    """An element with its own text and its children's."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    pieces: list[str | Element] = field(default_factory=list)

    def text(self) -> str:
        """Return all text inside, spaces brought to one."""
        parts = [piece if isinstance(piece, str) else piece.text() for piece in self.pieces]
        return " ".join("".join(parts).split())

    def all(self, *tags: str) -> list[Element]:
        """Return the elements below with one of these tags, in the order of the page."""
        found = []
        for child in self.children:
            if not tags or child.tag in tags:
                found.append(child)
            found += child.all(*tags)
        return found

    def lang(self) -> str:
        """Return the language in force here."""
        if "lang" in self.attributes:
            return self.attributes["lang"]
        return self.parent.lang() if self.parent else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, None)
        self.at = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> repeats {name}" for name, count in Counter(names).items() if count > 1]
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        self.at.pieces.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.at = self.at.parent or self.root

    def handle_endtag(self, tag: str) -> None:
        if self.at.tag != tag:
            self.faults.append(f"</{tag}> closes <{self.at.tag}> in line {self.getpos()[0]}")
            return
        self.at = self.at.parent or self.root

    def handle_data(self, data: str) -> None:
        self.at.pieces.append(data)


def read_page(html: str) -> Element:
    """Return the tree of a page; an element left open or closed twice fails."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = reader.faults + ([f"<{reader.at.tag}> is never closed"] if reader.at is not reader.root else [])
    assert not faults, "\n".join(faults)
    return reader.root


def check_page(html: str, lang: str | None = None) -> Element:
    """Fail with every fault of a page; return its tree for further questions.

    Args:
        html: the whole document.
        lang: the language it must be in; by default whichever of the three it says.

    """
    assert html.lstrip().lower().startswith("<!doctype html>"), "no doctype"
    root = read_page(html)
    faults = [
        *_document_faults(root, lang),
        *_id_faults(root),
        *_form_faults(root),
        *_label_faults(root),
        *_inline_faults(root),
        *_address_faults(root),
        *_table_and_image_faults(root),
        *_text_faults(root),
    ]
    assert not faults, "\n".join(faults)
    return root


def _document_faults(root: Element, lang: str | None) -> list[str]:
    faults = []
    pages = root.all("html")
    said = pages[0].attributes.get("lang", "") if pages else ""
    if said not in LANGS or (lang and said != lang):
        faults.append(f"<html lang={said!r}>, expected {lang or LANGS}")
    headings = root.all("h1")
    titles = [title for title in root.all("title") if title.parent and title.parent.tag == "head"]
    if len(headings) != 1:
        faults.append(f"{len(headings)} h1 elements: {[heading.text() for heading in headings]}")
    if len(titles) != 1:
        faults.append(f"{len(titles)} titles")
    if headings and titles:
        heading, title = headings[0].text(), titles[0].text().split(" · ")[0]
        if not heading or heading != title:
            faults.append(f"h1 {heading!r} is not the title {title!r}")
    faults += [f"{len(found)} <{tag}> elements" for tag in ("main",) if len(found := root.all(tag)) != 1]
    if not any(link.attributes.get("href") == "#main" for link in root.all("a")) and root.all("nav"):
        faults.append("no skip link to #main")
    levels = [int(element.tag[1]) for element in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    faults += [f"h{later} follows h{earlier}" for earlier, later in pairwise(levels) if later > earlier + 1]
    return faults


def _id_faults(root: Element) -> list[str]:
    everything = root.all()
    ids = Counter(element.attributes["id"] for element in everything if "id" in element.attributes)
    faults = [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    for element in everything:
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "headers"):
            names = element.attributes.get(attribute, "").split()
            faults += [f"{attribute}={name!r} of <{element.tag}> names no id" for name in names if name not in ids]
        target = element.attributes.get("href", "")
        if target.startswith("#") and len(target) > 1 and target[1:] not in ids:
            faults.append(f"link to {target} leads nowhere")
    return faults


def _form_faults(root: Element) -> list[str]:
    faults = []
    for form in root.all("form"):
        name = form.attributes.get("action", "")
        method = form.attributes.get("method", "").lower()
        if not name or method not in ("get", "post"):
            faults.append(f"<form> without action or method: {form.attributes}")
        tokens = [box for box in form.all("input") if box.attributes.get("name") == "csrf_token"]
        if (method == "post") != (len(tokens) == 1) or any(not token.attributes.get("value") for token in tokens):
            faults.append(f"{method} form to {name} has {len(tokens)} CSRF fields")
        if not [
            box for box in form.all("button", "input") if box.tag == "button" or box.attributes.get("type") == "submit"
        ]:
            faults.append(f"form to {name} has no button and needs JavaScript")
    return faults


def _label_faults(root: Element) -> list[str]:
    labelled = {label.attributes.get("for", "") for label in root.all("label") if label.text()}
    faults = []
    for box in root.all("input", "select", "textarea"):
        if box.tag == "input" and box.attributes.get("type", "text") in UNLABELLED:
            continue
        if not (box.attributes.get("id") in labelled or box.attributes.get("aria-label")):
            faults.append(f"<{box.tag} name={box.attributes.get('name')!r}> has no label")
    faults += [
        f"<{item.tag}> {item.attributes} has no words"
        for item in root.all("a", "button", "summary")
        if not _words(item)
    ]
    for group in root.all("fieldset"):
        if not [legend for legend in group.children if legend.tag == "legend" and legend.text()]:
            faults.append("a fieldset has no legend")
    faults += [
        f"a <nav> among several has no name: {nav.text()[:40]}"
        for nav in root.all("nav")
        if len(root.all("nav")) > 1
        and not nav.attributes.get("aria-label")
        and not nav.attributes.get("aria-labelledby")
    ]
    return faults


def _words(element: Element) -> str:
    alts = [image.attributes.get("alt", "") for image in element.all("img")]
    return element.text() or element.attributes.get("aria-label", "") or "".join(alts)


def _inline_faults(root: Element) -> list[str]:
    faults = []
    for element in root.all():
        faults += [
            f"<{element.tag}> has {name}"
            for name, value in element.attributes.items()
            if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:")
        ]
        if element.tag == "style" or (element.tag == "script" and "src" not in element.attributes):
            faults.append(f"inline <{element.tag}>")
        if element.tag in ("iframe", "object", "embed", "base"):
            faults.append(f"<{element.tag}> is not allowed")
    return faults


def _address_faults(root: Element) -> list[str]:
    """Find what is loaded from elsewhere; a link that a person may follow elsewhere is no fault."""
    faults = []
    for element in root.all():
        for name, value in element.attributes.items():
            if name not in URL_ATTRIBUTES and name != "srcset":
                continue
            parts = urlsplit(value)
            is_link = element.tag == "a" and name == "href"
            if is_link and (parts.scheme in ("", "https", "http", "tel", "mailto")):
                continue
            if parts.scheme not in ("", "data") or parts.netloc:
                faults.append(f"<{element.tag} {name}={value!r}> leads elsewhere")
        if element.tag == "a" and element.attributes.get("href", "") == "":
            faults.append(f"a link without an address: {element.text()[:40]}")
    return faults


def _table_and_image_faults(root: Element) -> list[str]:
    faults = [
        f"<img src={image.attributes.get('src')!r}> has no alt"
        for image in root.all("img")
        if "alt" not in image.attributes
    ]
    for table in root.all("table"):
        if not table.all("caption") or not table.all("caption")[0].text():
            faults.append("a table has no caption")
        faults += ["a header cell has no scope" for cell in table.all("th") if "scope" not in cell.attributes]
    for picture in root.all("svg"):
        is_named = picture.attributes.get("aria-label") or picture.attributes.get("aria-labelledby")
        if picture.attributes.get("aria-hidden") != "true" and not (
            picture.attributes.get("role") == "img" and is_named
        ):
            faults.append("an <svg> is neither hidden nor named")
        faults += ["text inside an <svg> shrinks on a phone" for _ in picture.all("text")]
    return faults


def _text_faults(root: Element) -> list[str]:
    faults = []
    for element in root.all():
        if element.tag in ("script", "style", "code"):
            continue
        own = "".join(piece for piece in element.pieces if isinstance(piece, str))
        shown = [own, *(element.attributes.get(name, "") for name in ("alt", "title", "placeholder", "aria-label"))]
        for text in shown:
            if found := MOJIBAKE.search(text):
                faults.append(f"garbled text {found.group()!r} in <{element.tag}>: {text.strip()[:60]}")
            if element.lang() == "en" and CHINESE.search(text):
                faults.append(f"not translated in <{element.tag}>: {text.strip()[:60]}")
    return faults
