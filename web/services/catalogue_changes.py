"""Tell what changed in the rules and when: programs that began, were replaced or ended, numbers that were set anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rules.language.model import Bundle, Policy
from web.services.catalogue import BundleKey
from web.services.catalogue_program import sentences


@dataclass(frozen=True, slots=True)
class Change:
    """One change on its first day; `kind` is began, replaced, ended or number; `gone` and `came` are sentences."""

    on: date
    policy: Policy
    kind: str
    gone: tuple[str, ...] = ()
    came: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what names this change for good."""
        return f"{self.policy.id}/{self.on.isoformat()}/{self.kind}"


def changes(bundle: Bundle) -> tuple[Change, ...]:
    """Return every change that the rules tell of, the newest first; those to come are among them."""
    return _changes(BundleKey(bundle))


def changes_until(bundle: Bundle, on: date, most: int) -> tuple[Change, ...]:
    """Return the latest changes up to a day."""
    return tuple(change for change in changes(bundle) if change.on <= on)[:most]


@lru_cache(maxsize=8)
def _changes(key: BundleKey) -> tuple[Change, ...]:
    found = [change for policy in key.bundle.policies.values() for change in _of(key.bundle, policy)]
    return tuple(sorted(found, key=lambda change: (-change.on.toordinal(), change.policy.id, change.kind)))


def _of(bundle: Bundle, policy: Policy) -> Iterator[Change]:
    for number, version in enumerate(policy.versions):
        before = policy.versions[number - 1] if number else None
        if before is None:
            yield Change(version.from_, policy, "began", came=(policy.summary,))
        else:
            old = sentences(bundle, policy, before, before.to or version.from_ - timedelta(days=1))
            new = sentences(bundle, policy, version, version.from_)
            gone = tuple(text for text in old if text not in new)
            yield Change(version.from_, policy, "replaced", gone, tuple(text for text in new if text not in old))
        following = policy.versions[number + 1] if number + 1 < len(policy.versions) else None
        if version.to and not (following and following.from_ <= version.to + timedelta(days=1)):
            yield Change(version.to + timedelta(days=1), policy, "ended")
    begins = {version.from_ for version in policy.versions}
    for param in policy.params.values():
        for earlier, later in zip(param.values, param.values[1:], strict=False):
            if later.from_ not in begins:  # else the new version tells it
                yield Change(
                    later.from_,
                    policy,
                    "number",
                    (f"{param.label}：{earlier.value.text}",),
                    (f"{param.label}：{later.value.text}",),
                )
