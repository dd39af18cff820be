"""Lay down a visit with two inspectors, and make photographs that know where they were taken."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

from PIL import Image
from sqlalchemy import select

from web.services.self_check_forms import today
from web.store import Store
from web.store.inspections import InspectorRow, MatterRow, VisitRow

CODE = "91440300MA5FY0000X"


def lay_visit(store: Store, accounts: list[str | None], *, name: str = "演示餐饮有限公司", **values: object) -> str:
    """Return the id of a visit that waits, whose inspectors have these accounts; matters M-1 and M-2 are listed."""
    tag, ids = uuid4().hex[:6], []
    with store.writing() as session:
        for id_, title in (("M-1", "食品经营许可情况检查"), ("M-2", "公示信息检查")):
            if session.get(MatterRow, id_) is None:
                session.add(
                    MatterRow(
                        id=id_,
                        field="食品",
                        title=title,
                        power="P-1",
                        basis=["《中华人民共和国食品安全法》第一百一十条"],
                        objects="食品经营者",
                        kind="一般检查事项",
                        rate="1/20",
                        yearly_most=1,
                        way="现场检查",
                        lead="市场监管局",
                        partners=[],
                        tier="区级",
                    )
                )
        for number, account in enumerate(accounts, 1):
            known = account and session.scalar(select(InspectorRow.id).where(InspectorRow.account_id == account))
            ids.append(known or f"I-{tag}-{number}")
            if known:
                continue
            session.add(
                InspectorRow(
                    id=ids[-1],
                    account_id=account,
                    name=f"检查员{number}",
                    dept="sjj",
                    unit="罗湖区市场监督管理局",
                    certificate=f"粤B{ids[-1]}",
                    valid_until=date(2099, 1, 1),
                    matters=["M-1", "M-2"],
                )
            )
        visit = VisitRow(
            **{
                "code": CODE,
                "name": name,
                "dept": "sjj",
                "matters": ["M-1", "M-2"],
                "inspectors": ids,
                "lead": ids[0],
                "first_day": today(),
                "last_day": today(),
                "trigger": "投诉举报",
                "clue": "TS-2026-001",
                "created_by": "test",
                **values,
            }
        )
        session.add(visit)
        session.flush()
        return visit.id


def photo(colour: str = "red", *, place: bool = True, kind: str = "JPEG") -> bytes:
    """Return a small photograph; with `place` its Exif block says where it was taken, how it was held and when."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0132] = "2026:11:24 09:00:00"
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 33.0, 12.5), 3: "E", 4: (114.0, 7.0, 30.25)})
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, kind, exif=exif)
    return file.getvalue()
