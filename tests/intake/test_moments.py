"""Moments as offices write them."""

import pytest

from bihuan.intake.moments import Order, accepted, moment

Y, M, D = Order.YMD, Order.MDY, Order.DMY


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2019/4/24 15:40:04", None, "2019-04-24T15:40:04+08:00"),
        ("2022-05-09", None, "2022-05-09T00:00:00+08:00"),
        ("2022-05-09  8:05", None, "2022-05-09T08:05:00+08:00"),
        (" 2022.5.9 08:05:01.250 ", None, "2022-05-09T08:05:01+08:00"),
        ("2022年5月9日 8时5分", None, "2022-05-09T08:05:00+08:00"),
        ("2022年5月9日8时5分7秒", None, "2022-05-09T08:05:07+08:00"),
        ("2022年5月9日（星期一）上午8点", None, "2022-05-09T08:00:00+08:00"),
        ("2022-05-09 下午3:05", None, "2022-05-09T15:05:00+08:00"),
        ("2022-05-09 下午12:05", None, "2022-05-09T12:05:00+08:00"),
        ("2022-05-09 凌晨12:05", None, "2022-05-09T00:05:00+08:00"),
        ("2022-05-09T08:05:01", None, "2022-05-09T08:05:01+08:00"),
        ("2022-05-09T08:05:01Z", None, "2022-05-09T16:05:01+08:00"),
        ("2022-05-09 08:05:01+08:00", None, "2022-05-09T08:05:01+08:00"),
        ("20220509", None, "2022-05-09T00:00:00+08:00"),
        ("20220509080501", None, "2022-05-09T08:05:01+08:00"),
        ("44690.5", None, "2022-05-09T12:00:00+08:00"),
        ("22-5-9 8:05", Y, "2022-05-09T08:05:00+08:00"),
        ("5/9/2022", M, "2022-05-09T00:00:00+08:00"),
        ("05/09/2022 03:05:01 PM", M, "2022-05-09T15:05:01+08:00"),
        ("5/9/22 12:05 am", M, "2022-05-09T00:05:00+08:00"),
        ("5/9/2022 12:05 p.m.", M, "2022-05-09T12:05:00+08:00"),
        ("9/5/2022 15:05", D, "2022-05-09T15:05:00+08:00"),
        ("9.5.22", D, "2022-05-09T00:00:00+08:00"),
        ("2022-05-09 08:05", D, "2022-05-09T08:05:00+08:00"),
    ],
)
def test_a_moment_is_understood_in_any_usual_writing(text: str, order: Order | None, expected: str) -> None:
    assert moment(text, order).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "order"),
    [
        *(
            (text, None)
            for text in (
                "", "昨天", "2022-13-01", "2022-02-30", "12:30", "2022", "5/9/2022", "13/1/2022", "22-5-9",
                "2022-05-09 25:00", "2022-05-09 8", "2022-05-09 上午13:00", "2022-05-09 晚上12:00",
                "2022-05-09 上午8:00 PM", "2022-05-09 8:05 前后",
            )
        ),
        ("13/1/2022", M),
        ("1/13/2022", D),
        ("5/9/2022", Y),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_not_guessed(text: str, order: Order | None) -> None:
    with pytest.raises(ValueError):
        moment(text, order)


@pytest.mark.parametrize("order", [None, *Order])
def test_the_accepted_forms_are_accepted(order: Order | None) -> None:
    told = accepted(order).removeprefix("可写作 ").partition("；")[0].removesuffix("，或年在最前的写法")
    assert [moment(form, order).day for form in told.split("、")] == [31] * len(told.split("、"))
    assert ("请指明日期顺序" in accepted(order)) == (order is None)
