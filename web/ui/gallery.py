"""Show every macro in every state on one page, for those who build the pages; not in production."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.security.guard import guard
from web.ui.charts import Step, condition_bar, sparkline, waterfall

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/_ui")
@guard("development")
def gallery() -> str:
    """Render the gallery with invented values."""
    steps = (
        Step("按增量分档计算", 0, 124_000_000, note="超过 1000 万元的部分 × 10%", clause="第六条第一款"),
        Step("上浮 20%", 124_000_000, 148_800_000, note="专精特新企业", clause="第六条第二款"),
        Step("封顶 100 万元", 148_800_000, 100_000_000, clause="第六条第三款"),
    )
    return render_template(
        "ui/gallery.html",
        bars=waterfall(steps, "合计"),
        open_bars=waterfall((Step("按研发费用计算", 0, 20_000_000, 50_000_000, clause="第八条"),), "合计"),
        segments=condition_bar({"T": 6, "F": 1, "U": 2, "R": 1}),
        page_url=lambda page: f"/_ui?page={page}",
        points=sparkline([3, 5, 4, 8, 12, 9, 14, 18]),
    )
