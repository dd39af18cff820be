"""Check a unified social credit code, and say what went wrong with one that is none."""

from __future__ import annotations

import re

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from rules.language.quantities import QuantityError, half_width

_ADVICE = "请照营业执照填写18位统一社会信用代码"
_DESTROYED = "请把单元格设为文本格式后重新填写18位代码"


def read_credit_code(text: str) -> str:
    """Return the code in its plain form; raise QuantityError, in Chinese, for what is none."""
    plain = re.sub(r"[\s-]", "", half_width(text)).upper()
    if re.fullmatch(r"\d+(\.\d+)?E\+?\d+|\d{15,18}\.0+", plain):
        raise QuantityError(f"“{text}”是被表格软件改成数字的代码，后几位已经丢失", _DESTROYED)
    try:
        return str(uscc.validate(plain))
    except InvalidLength:
        raise QuantityError(*_wrong_length(plain)) from None
    except InvalidChecksum:
        if re.fullmatch(r"\d{15}000", plain):
            raise QuantityError(f"“{text}”末三位为0且校验不符，多半是表格软件按数字保存所致", _DESTROYED) from None
        raise QuantityError(f"“{text}”的校验位不对，有一位或几位写错了", f"{_ADVICE}，逐位核对") from None
    except ValidationError:
        strange = "、".join(sorted(set(re.findall("[^0-9A-HJ-NP-RT-UW-Y]", plain))))
        hint = f"含有不会出现的字符 {strange}" if strange else "开头两位或行政区划码不对"
        raise QuantityError(f"“{text}”{hint}", f"{_ADVICE}；代码不含字母 I、O、S、V、Z") from None


def _wrong_length(plain: str) -> tuple[str, str]:
    if re.fullmatch(r"\d{15}", plain):
        return "这是15位的旧注册号，不是统一社会信用代码", "请填写换照后的18位代码，可在国家企业信用信息公示系统查到"
    return f"统一社会信用代码应为18位，现为{len(plain)}位", _ADVICE
