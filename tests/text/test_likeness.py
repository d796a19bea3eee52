"""What two texts have in common is told by its longest pieces."""

import pytest

from bihuan.text.folding import fold
from bihuan.text.likeness import seams, shared, words


@pytest.mark.parametrize(
    ("one", "other", "pieces"),
    [
        ("路灯维护", "小区路灯不亮", ("路灯",)),
        ("路灯维护", "路灯维护不及时", ("路灯维护",)),
        ("城市道路、路灯", "道路上的路灯坏了", ("路灯", "道路")),
        ("路灯、路灯维护", "路灯维护和路灯", ("路灯维护",)),
        ("暖气", "冷气", ()),
        ("abab", "ab", ("ab",)),
    ],
)
def test_the_longest_shared_pieces(one: str, other: str, pieces: tuple[str, ...]) -> None:
    assert shared(fold(one), fold(other)) == pieces


LIST = (
    "户口、居住证、身份证办理、工伤保险办理",
    "公交线路、班次、电表、线路隐患",
    "城市道路、城市道路路灯设施维护、消防设施维护",
    "小区外路灯看护",
)
KNOWN = seams(frozenset(fold(term) for entry in LIST for term in entry.split("、")))


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("户口、居住证、身份证办理", "优待证办下来了", ()),
        ("户口、居住证、身份证办理", "身份证丢了", ("身份证",)),
        ("城市道路路灯设施维护", "门口路灯不亮", ("路灯",)),
        ("小区外路灯看护", "门外路灯坏了，门口路灯不亮", ("路灯",)),
        ("小区外路灯看护", "门外路灯坏了", ()),
        ("公交线路、班次", "公交车甩站", ("公交",)),
        ("公交线路、班次", "检查线路", ("线路",)),
        ("公交线路、班次", "交线", ()),
        ("公交线路、班次", "外交线上，成交线下", ("交线",)),
    ],
)
def test_a_fragment_of_a_word_is_no_word(one: str, other: str, found: tuple[str, ...]) -> None:
    assert words(fold(one), fold(other), KNOWN) == found
