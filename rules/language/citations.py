"""Documents, cites and readings: where a rule comes from."""

from __future__ import annotations

from rules.language.findings import Finding
from rules.language.model import Cite, Document, Reading, SourceQuality
from rules.language.names import Scope
from rules.language.problems import did_you_mean, short
from rules.language.reading import Fields
from rules.language.source import MappingNode, Node, ScalarNode, SequenceNode


def read_documents(fields: Fields) -> tuple[Document, ...]:
    """Return the documents of a file; ids must differ."""
    documents = fields.many("documents", lambda node: _document(node, fields.notes))
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            message = f"文件代号 {short(document.id)} 写了两次"
            fields.refuse("structure.duplicate", document.position, message, "请给每份文件不同的代号")
        seen.add(document.id)
    return documents


def document_ids(fields: Fields) -> frozenset[str]:
    """Return the ids that a cite may name, those of faulty documents included."""
    node = fields.raw("documents")
    found = (
        [item.get("id") for item in node.items if isinstance(item, MappingNode)]
        if isinstance(node, SequenceNode)
        else []
    )
    return frozenset(id_.text for id_ in found if isinstance(id_, ScalarNode))


def _document(node: Node, notes: list[Finding]) -> Document:
    fields = Fields.open(node, "document", notes)
    quality = fields.choice("source_quality")
    return fields.done(
        Document(
            id=fields.text("id"),
            title=fields.text("title"),
            position=fields.position,
            number=fields.text("number"),
            issuer=fields.text("issuer"),
            issued=fields.day("issued"),
            source_quality=SourceQuality(quality) if quality else None,
            note=fields.text("note"),
        )
    )


def read_cite(node: Node, scope: Scope) -> Cite:
    """Return a cite of one of the file's documents."""
    fields = Fields.open(node, "cite", scope.notes)
    doc = fields.text("doc")
    if doc and scope.documents is not None and doc not in scope.documents:
        advice = did_you_mean(doc, scope.documents) if scope.documents else "请先在 documents 里列出这份文件"
        fields.refuse("reference.unknown-document", fields.place("doc"), f"documents 里没有 {short(doc)}", advice)
    return fields.done(
        Cite(doc, fields.text("clause"), fields.position, quote=fields.text("quote"), gist=fields.text("gist"))
    )


def read_reading(node: Node, scope: Scope) -> Reading:
    """Return how an ambiguity was resolved."""
    fields = Fields.open(node, "reading", scope.notes)
    return fields.done(Reading(fields.text("text"), fields.text("by"), fields.day("decided_on"), fields.position))
