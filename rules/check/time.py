"""Check that versions, windows and parameters fit each other in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from rules.check.codes import finding
from rules.language.findings import Finding
from rules.language.model import Policy

_ONE_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)


def check_policy_time(policy: Policy, on: date | None) -> Iterator[Finding]:
    """Yield holes between versions, windows outside them, late parameters and, given the day, stale sources."""
    for before, after in pairwise(policy.versions):
        if before.to is not None and after.from_ > before.to + _ONE_DAY:
            first, last = before.to + _ONE_DAY, after.from_ - _ONE_DAY
            message = f"{first.isoformat()}至{last.isoformat()}没有规则"
            yield finding(
                "time.version-hole", after.position, message, "补上这段时间的版本，或在 note 说明政策中断", policy.id
            )
    for version in policy.versions:
        for span in version.window.spans if version.window else ():
            if span.to < version.from_ or (version.to is not None and span.from_ > version.to):
                message = f"申报时间{span.from_.isoformat()}至{span.to.isoformat()}不在版本有效期内"
                place = version.window.position if version.window else version.position
                yield finding("time.window-outside", place, message, "改正申报时间或版本的 from/to", policy.id)
    start = policy.versions[0].from_
    for parameter in policy.params.values():
        first_value = parameter.values[0]
        if first_value.from_ > start and not _is_for_later_version(policy, first_value.from_):
            name = parameter.label or parameter.name
            message = f"参数“{name}”自{first_value.from_.isoformat()}才有值，版本自{start.isoformat()}生效"
            yield finding("time.param-late", first_value.position, message, "补上更早的值，或改正 from", policy.id)
    if on is not None and policy.verified_on is not None and on - policy.verified_on > _YEAR:
        message = f"上次核对来源是{policy.verified_on.isoformat()}"
        yield finding("time.stale", policy.position, message, "重新核对来源并更新 verified_on", policy.id)


def _is_for_later_version(policy: Policy, first: date) -> bool:
    return any(
        version.from_ <= first and (version.to is None or first <= version.to) for version in policy.versions[1:]
    )
