from datetime import date

import pytest

from enforcement.publicity.expiry import Grade, Kind, Penalty, Repair, Site, is_shown, obstacles, span


def penalty(day, *kinds, **more):
    return Penalty(frozenset(kinds or {Kind.FINE}), date.fromisoformat(day), **more)


@pytest.mark.parametrize(
    ("found", "earliest", "latest"),
    [
        (penalty("2026-03-31"), "2026-06-30", "2029-03-31"),  # the last day of order 58
        (penalty("2026-03-31", dangerous_field=True), "2027-03-31", "2029-03-31"),
        (penalty("2026-04-01"), "2026-07-01", "2027-04-01"),
        (penalty("2026-04-01", grade=Grade.SERIOUS), "2027-04-01", "2029-04-01"),
        (penalty("2023-04-30"), "2023-07-30", "2024-04-30"),  # the last day of 527
        (penalty("2023-04-30", grade=Grade.SERIOUS), "2023-10-30", "2026-04-30"),
        (penalty("2023-04-30", grade=Grade.SPECIFIED), "2026-04-30", "2026-04-30"),
    ],
)
def test_credit_china_counts_from_the_decision_by_its_edition(found, earliest, latest):
    shown = span(found, Site.CREDIT_CHINA, date(2026, 5, 8))

    assert (shown.earliest, shown.latest) == (date.fromisoformat(earliest), date.fromisoformat(latest))
    assert shown.start_event == "作出决定"
    assert is_shown(shown, shown.latest)


def test_slight_breaches_are_normally_not_shown():
    shown = span(penalty("2026-04-01", grade=Grade.SLIGHT), Site.CREDIT_CHINA, date(2026, 4, 2))

    assert "一般不公示" in shown.reason
    assert not is_shown(shown, date(2026, 4, 2))
    assert shown.latest == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("found", "latest"),
    [
        (penalty("2026-01-05", Kind.CRITICISM), "2026-04-08"),
        (penalty("2026-01-05", Kind.CRITICISM, Kind.WARNING), "2026-04-08"),
        (penalty("2026-01-05", Kind.FINE, low_fine=True), "2026-04-08"),
        (penalty("2026-01-05", Kind.FINE, Kind.GOODS, low_fine=True), "2029-01-08"),  # several kinds: the longest
        (penalty("2026-01-05", Kind.FINE), "2029-01-08"),
        (penalty("2026-01-05", Kind.BAN, restricted_until=date(2031, 1, 5)), "2031-01-05"),
    ],
)
def test_the_market_site_counts_from_publication(found, latest):
    assert span(found, Site.MARKET, date(2026, 1, 8)).latest == date.fromisoformat(latest)


def test_the_market_site_leaves_out_warnings_and_simple_procedure():
    for found in (penalty("2026-01-05", Kind.WARNING), penalty("2026-01-05", simple_procedure=True)):
        shown = span(found, Site.MARKET, date(2026, 1, 8))
        assert "不公示" in shown.reason
        assert not is_shown(shown, date(2026, 1, 8))


def test_what_no_edition_covers_is_said():
    with pytest.raises(ValueError, match="人工核定"):
        span(penalty("2019-06-30"), Site.CREDIT_CHINA, date(2019, 7, 2))
    with pytest.raises(ValueError, match="人工核定"):
        span(penalty("2021-08-31"), Site.MARKET, date(2021, 9, 2))
    with pytest.raises(ValueError, match="早于决定日"):
        span(penalty("2026-01-05"), Site.MARKET, date(2026, 1, 4))
    with pytest.raises(ValueError, match="至少要有一种"):
        span(Penalty(frozenset(), date(2026, 1, 5)), Site.MARKET, date(2026, 1, 6))


def test_an_early_end_needs_all_four_conditions():
    met = Repair(True, True, True, True)

    assert obstacles([Kind.FINE], met) == ()
    assert obstacles([Kind.FINE], Repair(True, True, True)) == ("尚不清楚是否：未在经营异常名录或者严重违法失信名单中",)
    assert obstacles([Kind.FINE], Repair(False, True, True, True)) == ("未满足：已经自觉履行处罚决定中规定的义务",)
    assert obstacles([Kind.FINE, Kind.BAN], met) == ("受到限制从业处罚的，不得提前停止公示",)
