"""Limits as packs write them and officials read them."""

import pytest

from bihuan.policy.limits import Limit, Unit


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("5wd", "5个工作日"),
        ("4wh", "4个工作小时"),
        ("30d", "30天"),
        ("2h", "2小时"),
        ("15min", "15分钟"),
        ("endOfDay", "当日"),
    ],
)
def test_a_limit_is_read_and_written_alike(written: str, words: str) -> None:
    limit = Limit.parse(written)
    assert str(limit) == written
    assert limit.words == words


@pytest.mark.parametrize("written", ["", "5", "wd", "0wd", "-1wd", "1.5h", "5 wd", "5wd ", "10000d", "1endOfDay"])
def test_what_is_no_limit_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no limit"):
        Limit.parse(written)


def test_limits_of_one_unit_add_up_and_others_do_not() -> None:
    assert Limit.parse("5wd").plus(Limit(10, Unit.WORKING_DAYS)) == Limit.parse("15wd")
    with pytest.raises(ValueError, match="cannot be added"):
        Limit.parse("5wd").plus(Limit.parse("2h"))
    with pytest.raises(ValueError, match="cannot be added"):
        Limit.parse("endOfDay").plus(Limit.parse("endOfDay"))
