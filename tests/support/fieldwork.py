"""Lay down a visit with two inspectors, and make photographs that know where they were taken."""

from __future__ import annotations

import io
import struct
import zlib
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


def strange_photos() -> dict[str, bytes]:
    """Return photographs with what phones and strangers add: SECRET stands wherever a position may hide."""
    plain, png = photo(place=False), photo(place=False, kind="PNG")

    def with_segment(marker: int, body: bytes) -> bytes:
        return plain[:2] + bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body + plain[2:]

    def with_chunk(kind: bytes, body: bytes) -> bytes:
        chunk = len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        return png[:33] + chunk + png[33:]  # behind the header

    xmp = b"http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>SECRET</exif:GPSLatitude>"
    return {
        "position": photo(),
        "big-endian": with_segment(0xE1, b"Exif\0\0" + _block(">")),
        "little-endian": with_segment(0xE1, b"Exif\0\0" + _block("<")),
        "value outside": with_segment(0xE1, b"Exif\0\0" + _block("<")[:-4]),
        "no tiff": with_segment(0xE1, b"Exif\0\0SECRET"),
        "endless directory": with_segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xffSECRET"),
        "xmp": with_segment(0xE1, xmp),
        "iptc": with_segment(0xED, b"Photoshop 3.0\0SECRET"),
        "several pictures": with_segment(0xE2, b"MPF\0SECRET") + plain.replace(b"2026", b"SECRET"),
        "film behind": plain + b"SECRET film with its place",
        "progressive": _progressive() + b"SECRET",
        "fill bytes": plain[:2] + b"\xff\xff" + plain[2:],
        "png text": with_chunk(b"tEXt", b"Location\0SECRET"),
        "png exif": with_chunk(b"eXIf", _block("<")),
        "png tail": png + b"SECRET",
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    }


def _block(order: str) -> bytes:
    """Return an Exif block whose one entry points to a position of one long text."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    first = struct.pack(f"{order}HHHII", 1, 0x8825, 4, 1, 26) + bytes(4)
    inner = struct.pack(f"{order}HHHII", 1, 29, 2, 12, 44) + bytes(4)
    return head + first + inner + b"SECRETSECRET"


def _progressive() -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize((64, 48)).save(file, "JPEG", progressive=True)
    return file.getvalue()
