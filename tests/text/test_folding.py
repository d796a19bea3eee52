"""Texts and questions are folded by one rule, and whatever stands in a text is found in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.text.entries import entry_of
from bihuan.text.folding import DIVIDER, SECTION, fold, grams
from bihuan.text.questions import TooShort, terms

ALIKE = [
    ("世纪大道１２３号", "世纪大道123号"),
    ("（0631）8450000", "06318450000"),
    ("0631-8450000", "06318450000"),
    ("0631—845 0000", "06318450000"),
    ("車位費", "车位费"),
    ("買買提・艾力", "买买提·艾力"),
    ("买买提艾力", "买买提·艾力"),
    ("ＡＢＣ大厦", "abc 大厦"),
    ("12 号 楼", "12号楼"),
    ("㎡", "m2"),
    ("①②", "12"),
    ("Café", "cafe\u0301"),
    ("物业\u200b费", "物业费"),
    ("薴麻", "苎麻"),
    ("鑫\ue000家园", "鑫\ue000家园"),
]
APART = [("12栋", "1栋2"), ("3.5元", "35元"), ("8:30", "830"), ("张 三", "张，三"), ("an old man", "a nold man")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_means_the_same_is_folded_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_means_something_else_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("路灯", ["路灯"]),
        ("路灯　7号楼", ["路灯", "7号楼"]),
        ("12 栋", ["12栋"]),
        ("3 号 楼", ["3号楼"]),
        ("路灯 3 号楼", ["路灯", "3号楼"]),
        ("A 座 漏水", ["a座", "漏水"]),
        ("路 灯", ["路灯"]),
        ("漏水 5", ["漏水5"]),
        ("路灯 路灯", ["路灯"]),
        ("（路灯）", ["路灯"]),
        ("www.a.com/x 8:30", ["www.a.com/x", "8:30"]),
        ("𠀀", ["𠀀"]),
        ("路灯 ，好", [f"路灯{DIVIDER}好"]),
        ("  ", []),
    ],
)
def test_a_question_is_divided_at_blanks_and_single_characters_go_with_their_neighbour(
    typed: str, asked: list[str]
) -> None:
    assert [term.folded for term in terms(typed)] == asked


@pytest.mark.parametrize("typed", ["路", "5", "é", "。", "好，我", "a b"])
def test_one_character_alone_is_refused(typed: str) -> None:
    with pytest.raises(TooShort, match="请输入两个字以上"):
        terms(typed)


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("路灯", True),
        ("𠀀", True),
        ("路灯坏", False),
        ("000", False),
        ("哈哈哈", False),
        ("路灯，好", False),
        ("𠀀𠀀", False),
    ],
)
def test_only_a_single_gram_is_told_by_grams_alone(typed: str, exact: bool) -> None:
    (term,) = terms(typed)
    assert term.exact is exact


@given(st.data())
def test_every_part_of_a_text_that_can_be_asked_for_stands_in_it(data: st.DataObject) -> None:
    signs = st.one_of(st.characters(codec="utf-8"), st.sampled_from("路灯号楼车車12９（）()-—. ab　 ，。·:/#"))
    text = "".join(data.draw(st.lists(signs, min_size=2, max_size=40)))
    first = data.draw(st.integers(0, len(text) - 1))
    part = text[first : data.draw(st.integers(first + 1, len(text)))]
    try:
        asked = terms(part)
    except TooShort:
        return
    entry = entry_of("标题", text, "地点")
    for term in asked:
        assert term.folded in entry.folded, (text, part)
        assert set(term.grams) <= set(entry.grams)


@given(st.text())
def test_folding_twice_changes_nothing_and_no_section_is_forged(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert SECTION not in fold(text)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_the_grams_are_exactly_the_neighbours(text: str) -> None:
    units = [folded.encode("utf-16-be") for folded in re.split(f"[{DIVIDER}{SECTION}]", fold(text))]
    wanted = {one[at : at + 4] for one in units for at in range(0, len(one) - 2, 2)}
    runs = [run.encode() for run in re.findall("[!-~]+", fold(text))]
    wanted |= {run[at : at + 4] for run in runs for at in range(len(run) - 3)}
    found = grams(fold(text))
    assert {gram.to_bytes(4, "big", signed=True) for gram in found} == wanted
    assert len(found) == len(set(found))


def test_what_is_added_is_found_and_belongs_to_its_part() -> None:
    entry = entry_of("路灯", "不亮", "阳光小区", "").with_also(1, "第二根").with_also(3, "WD2026").with_also(2, "。")
    assert entry.folded.split(SECTION) == ["路灯", f"不亮{DIVIDER}第二根", "阳光小区", "wd2026"]
    assert set(entry.grams) == set(grams(entry.folded))
    assert entry.literal == f"{{{','.join(map(str, entry.grams))}}}"
    assert (entry_of("。").grams, entry_of("。").literal) == ([], "{}")


def _named(sign: str) -> int:
    return int.from_bytes(sign.encode("ascii" if len(sign) == 4 else "utf-16-be"), signed=True)


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("06318450000", ("0631", "6318", "3184", "1845", "8450", "4500", "5000")),
        ("电话8450000", ("电话", "话8", "8450", "4500", "5000")),
        ("00000", ("0000",)),
        ("123号楼", ("12", "23", "3号", "号楼")),
        ("3栋abcd", ("3栋", "栋a", "abcd")),
    ],
)
def test_a_long_number_is_looked_for_by_its_fours_alone(typed: str, by: tuple[str, ...]) -> None:
    (term,) = terms(typed)
    assert set(term.grams) == set(map(_named, by))
