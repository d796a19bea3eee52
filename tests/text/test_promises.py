"""Sixty invented answers in which a reader marked what is promised: how much of it is found, and how much besides."""

import re
from pathlib import Path

import pytest

from bihuan.text.promises import MOST, Found, clipped, promises

MARKED = re.compile("【(.*?)】")


def read(line: str) -> tuple[str, list[tuple[int, int]]]:
    """An answer as it was written, and where in it something is promised."""
    plain, spans = "", list[tuple[int, int]]()
    for n, piece in enumerate(MARKED.split(line)):
        if n % 2:
            spans.append((len(plain), len(plain) + len(piece)))
        plain += piece
    return plain, spans


ANSWERS = [
    read(line)
    for line in (Path(__file__).parent / "answers.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def meet(found: Found, span: tuple[int, int]) -> bool:
    return found.start < span[1] and span[0] < found.end


def test_nearly_all_that_is_promised_is_found_and_little_else() -> None:
    told = [(promises(plain), spans) for plain, spans in ANSWERS]
    marked = [(span, found) for found, spans in told for span in spans]
    every = [(one, spans) for found, spans in told for one in found]
    recall = sum(any(meet(one, span) for one in found) for span, found in marked) / len(marked)
    precision = sum(any(meet(one, span) for span in spans) for one, spans in every) / len(every)
    assert len(ANSWERS) == 60
    assert recall >= 0.9, recall
    assert precision >= 0.7, precision


@pytest.mark.parametrize(("plain", "spans"), ANSWERS, ids=[str(n) for n in range(len(ANSWERS))])
def test_what_is_found_stands_in_the_answer_once(plain: str, spans: list[tuple[int, int]]) -> None:
    end = 0
    for found in promises(plain):
        assert end <= found.start < found.end
        assert found.text
        assert found.text in plain[found.start : found.end]
        end = found.end


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我局将于5月底前修好。", ("我局将于5月底前修好",)),
        ("我局承诺，5月底前修好。", ("我局承诺，5月底前修好",)),
        ("5月底前，我局将修好。", ("5月底前，我局将修好",)),
        ("我局将于3日内清运，5月底前完成绿化。", ("我局将于3日内清运", "5月底前完成绿化")),
        ("我局将尽快修好。", ()),
        ("已于5月底前修好。", ()),
        ("请您于5月底前办理，我局将及时受理。", ()),
        ("依照《2025年底前改造计划》办理。", ()),
        ("我局将于5月底前修好；拟在两周内公示", ("我局将于5月底前修好", "拟在两周内公示")),
        ("", ()),
    ],
)
def test_a_verb_of_promise_with_its_time(text: str, found: tuple[str, ...]) -> None:
    assert tuple(one.text for one in promises(text)) == found


def test_a_text_full_of_promises_is_bounded() -> None:
    assert len(promises("我局将于3日内清运。" * 2000)) == MOST
    assert promises("将" * 20_000) == ()


def test_a_long_piece_is_shown_in_one_line() -> None:
    assert clipped("将" * 80) == "将" * 80
    assert clipped("将" * 81) == "将" * 79 + "…"
