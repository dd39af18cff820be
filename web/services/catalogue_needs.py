"""Name what enterprises come for, and which programs answer each need by their kind and tags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from rules.language.model import Bundle, Policy


@dataclass(frozen=True, slots=True)
class Need:
    """A reason to look for support; a program answers it by its kind or by any of its tags."""

    key: str
    label: Any
    hint: Any
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def is_met_by(self, policy: Policy) -> bool:
        """Tell whether a program is about this."""
        return policy.kind in self.kinds or not self.tags.isdisjoint(policy.tags)


NEEDS: tuple[Need, ...] = (
    Need(
        "hire",
        lazy_gettext("招人用人"),
        lazy_gettext("招毕业生、稳岗、引进人才"),
        frozenset({"就业"}),
        frozenset({"用工", "毕业生", "稳岗", "引才", "脱贫人口", "博士后"}),
    ),
    Need(
        "rd",
        lazy_gettext("研发创新"),
        lazy_gettext("研发投入、国高、成果转化"),
        frozenset({"科技"}),
        frozenset({"研发", "国高", "科技型中小企业", "技术合同", "成果转化", "中试", "首台套", "首批次"}),
    ),
    Need(
        "move",
        lazy_gettext("搬来罗湖"),
        lazy_gettext("落户、总部、迁入、引进"),
        frozenset({"总部"}),
        frozenset({"落户", "招商", "引进", "迁入"}),
    ),
    Need(
        "finance",
        lazy_gettext("上市融资"),
        lazy_gettext("上市、挂牌、贷款贴息"),
        frozenset({"金融"}),
        frozenset({"上市", "新三板", "贴息", "贷款", "贷款贴息", "首贷", "信保", "增信"}),
    ),
    Need(
        "premises",
        lazy_gettext("租房装修"),
        lazy_gettext("办公用房、场租、装修"),
        frozenset({"租金"}),
        frozenset({"办公用房", "场租", "租金", "租金减免"}),
    ),
    Need(
        "trade",
        lazy_gettext("外贸出海"),
        lazy_gettext("展会、信保、境外商标"),
        frozenset({"外贸"}),
        frozenset({"外贸", "商标"}),
    ),
    Need(
        "expand",
        lazy_gettext("扩产技改"),
        lazy_gettext("设备更新、上规模、产值增长"),
        frozenset({"产业"}),
        frozenset({"技术改造", "设备更新", "扩产增效", "四上"}),
    ),
    Need(
        "shop",
        lazy_gettext("开店经营"),
        lazy_gettext("零售、餐饮、住宿、首店"),
        frozenset({"商贸"}),
        frozenset({"零售", "餐饮", "住宿", "门店"}),
    ),
    Need(
        "startup",
        lazy_gettext("创业起步"),
        lazy_gettext("初创补贴、担保贷款、社保"),
        frozenset(),
        frozenset({"创业", "留学人员"}),
    ),
    Need(
        "title",
        lazy_gettext("资质认定"),
        lazy_gettext("国高、专精特新、四上入库"),
        frozenset({"认定"}),
        frozenset({"认定", "专精特新", "小巨人", "单项冠军"}),
    ),
    Need(
        "ip",
        lazy_gettext("知识产权"),
        lazy_gettext("专利、商标、贯标"),
        frozenset({"知识产权"}),
        frozenset({"知识产权", "专利"}),
    ),
    Need(
        "talent",
        lazy_gettext("个人人才"),
        lazy_gettext("租房补贴、人才认定、博士后"),
        frozenset({"人才"}),
        frozenset({"人才"}),
    ),
)


def need_of(key: str) -> Need | None:
    """Return the need with this key."""
    return next((need for need in NEEDS if need.key == key), None)


def needs_for(applicant: str, bundle: Bundle) -> tuple[Need, ...]:
    """Return the needs that some program answers for this kind of applicant."""
    theirs = [policy for policy in bundle.policies.values() if applicant in policy.applicant]
    return tuple(need for need in NEEDS if any(map(need.is_met_by, theirs)))


def meets_any(policy: Policy, needs: Iterable[str]) -> bool:
    """Tell whether a program answers one of the needs with these keys."""
    return any(need.is_met_by(policy) for need in map(need_of, needs) if need)
