"""Write docs/coverage.md: which clause and formula types occur, which programs have them, and which holes are left."""

from __future__ import annotations

from collections.abc import Iterator

from rules.check.patterns import BY_MEANING, PATTERNS, evidence_of
from rules.language.bundle import CORPUS, load_bundle
from rules.language.model import Bundle, Policy, Range

_NAMED = 5  # programs named in a row; the second table has all
_HEAD = """# 条款与公式类型覆盖表

由语料生成，不手改；测试核对本页与语料一致。重新生成：

```
.venv/bin/python -c "from rules.check.coverage_table import table_of_corpus; print(table_of_corpus(), end='')" > docs/coverage.md
```

E 是申报条件的类型，F 是金额公式的类型，X 是项目之间的规则。“规则里的痕迹”是判断一个项目确有这一类型的依据；写“{by_meaning}”的，
结构上看不出来，由读文件的人认定。来源只载最高额、没有载明算法的，金额写成区间，公式类型按来源的描述登记。带 * 的项目属于罗湖以外的地方，
默认不启用。
""".replace("{by_meaning}", BY_MEANING)


def table_of_corpus() -> str:
    """Return the page for the whole corpus, the programs of other districts included."""
    return coverage_table(load_bundle([CORPUS]))


def coverage_table(bundle: Bundle) -> str:
    """Return the page for a bundle as Markdown."""
    return "\n".join([_HEAD, *_by_code(bundle), *_holes(bundle), *_by_policy(bundle)])


def missing_signs(bundle: Bundle) -> tuple[tuple[str, str], ...]:
    """Return the policies, each with a code that it declares but does not show.

    A formula type does not show where the amount is only known as a span, and a type without a sign never does.
    """
    return tuple(
        (policy.id, code)
        for policy in bundle.policies.values()
        for code in policy.patterns
        if code not in PATTERNS or not _is_borne_out(bundle, policy, code)
    )


def holes(bundle: Bundle) -> tuple[str, ...]:
    """Return the codes that no policy has."""
    had = {code for policy in bundle.policies.values() for code in policy.patterns}
    return tuple(code for code in PATTERNS if code not in had)


def _is_borne_out(bundle: Bundle, policy: Policy, code: str) -> bool:
    shows = PATTERNS[code].shows
    found = evidence_of(bundle, policy)
    return shows is None or shows(found) or (code.startswith("F") and found.has(Range))


def _by_code(bundle: Bundle) -> Iterator[str]:
    yield "## 按类型\n"
    yield "| 代码 | 含义 | 规则里的痕迹 | 项目数 | 项目（至多列五个） |"
    yield "|---|---|---|---|---|"
    for pattern in PATTERNS.values():
        having = [policy for policy in bundle.policies.values() if pattern.code in policy.patterns]
        # Luohu's own programs first, then the shared ones, those that are switched off last.
        having.sort(key=lambda policy: (policy.district not in ("", "罗湖区"), policy.district == "", policy.id))
        named = "、".join(map(_name, having[:_NAMED])) + (" 等" if len(having) > _NAMED else "")
        row = (pattern.code, pattern.meaning, pattern.sign, str(len(having)), named or "无，见下")
        yield f"| {' | '.join(row)} |"


def _holes(bundle: Bundle) -> Iterator[str]:
    yield "\n## 没有项目的类型\n"
    codes = holes(bundle)
    yield "\n".join(f"- {code} {PATTERNS[code].meaning}" for code in codes) or "没有。"


def _by_policy(bundle: Bundle) -> Iterator[str]:
    yield f"\n## 按项目\n\n共 {len(bundle.policies)} 个项目。\n"
    yield "| 项目 | 名称 | 层级 | 手册编号 | 类型 |"
    yield "|---|---|---|---|---|"
    for policy in bundle.policies.values():
        place = policy.district or policy.level
        row = (_name(policy), policy.title, place, "、".join(policy.dossier), " ".join(policy.patterns))
        yield f"| {' | '.join(row)} |"
    yield ""


def _name(policy: Policy) -> str:
    return policy.id + ("*" if policy.district not in ("", "罗湖区") else "")
