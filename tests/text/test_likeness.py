"""What two texts have in common is told by its longest pieces."""

import pytest

from bihuan.text.folding import fold
from bihuan.text.likeness import shared


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
