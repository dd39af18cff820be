"""An assessment as JSON: what is stored, shown and given out; money is counted in 分."""

from __future__ import annotations

from enforcement.discretion.assess import Assessment, Range
from enforcement.discretion.sentences import Step


def as_json(assessment: Assessment, library_hash: str) -> dict[str, object]:
    """Return an assessment with the hash of the tables it was made by."""
    return {
        "benchmark": assessment.benchmark,
        "act": assessment.act,
        "on": assessment.on.isoformat(),
        "status": assessment.status.value,
        "exemption": assessment.exemption.value,
        "fine": _range(assessment.fine),
        "statutory": _range(assessment.statutory),
        "branches": list(assessment.branches),
        "grades": list(assessment.grades),
        "missing": list(assessment.missing),
        "source_quality": assessment.quality.value,
        "steps": [_step(step) for step in assessment.steps],
        "tables": library_hash,
    }


def _range(fine: Range | None) -> dict[str, int | None] | None:
    return None if fine is None else {"low": fine.low, "high": fine.high}


def _step(step: Step) -> dict[str, object]:
    source = step.source
    return {
        "kind": step.kind,
        "text": step.text,
        "reading": step.reading,
        "source": None
        if source is None
        else {
            "title": source.title,
            "number": source.number,
            "clause": source.clause,
            "text": source.text,
            "source_quality": source.quality.value,
        },
    }
