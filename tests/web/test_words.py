"""How long is left, as an official reads it."""

from datetime import datetime

import pytest

from bihuan.policy.calendar import ZONE, Calendar
from bihuan.web.words import left, span
from tests.architecture import messages


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("due_at", "words", "tone"),
    [
        ("2025-03-03 08:59", "已逾期1分钟", "late"),
        ("2025-03-02 06:00", "已逾期27小时", "late"),
        ("2025-02-27 09:00", "已逾期4天", "late"),
        ("2025-03-03 17:30", "还剩8小时", "soon"),
        ("2025-03-04 17:30", "还剩1个工作日", "soon"),
        ("2025-03-10 17:30", "还剩5个工作日", "calm"),
        ("2025-04-07 17:30", "还剩24个工作日", "calm"),  # Tomb Sweeping Day on Friday the 4th
    ],
)
def test_the_time_left_is_told_in_working_days_and_at_the_end_in_hours(due_at: str, words: str, tone: str) -> None:
    told = left(at(due_at), now=at("2025-03-03 09:00"), calendar=Calendar.shipped())
    assert (told.words, told.tone) == (words, tone)


def test_a_due_moment_after_nothing_but_free_days_is_told_in_hours() -> None:
    told = left(at("2025-03-09 12:00"), now=at("2025-03-08 10:00"), calendar=Calendar.shipped())
    assert told.words == "还剩26小时"


def test_a_span_is_never_nothing() -> None:
    assert [span(s) for s in (0, 59, 60, 3599, 3600, 172_799, 172_800)] == [
        "1分钟", "1分钟", "1分钟", "59分钟", "1小时", "47小时", "2天"
    ]  # fmt: skip


NO_OFFICE_SAYS = (
    "我的职务", "该做什么", "球在", "这个时间怎么来的", "已了结的职责", "系统到点", "用文字说", "派出勾选的",
    "另填单位", "都说到", "给平台的办理结果", "关上", "眼下没有要办的", "规则列明的渠道", "说到同样词语的",
)  # fmt: skip
"""Words with which new users were lost (F103)."""
NOT_AS_HEADINGS = ("由谁", "还剩", "应于")


@pytest.mark.parametrize("word", NO_OFFICE_SAYS)
def test_pages_and_manual_speak_as_an_office_does(word: str) -> None:
    said = [message.id if isinstance(message.id, str) else message.id[0] for message in messages.kept() if message.id]
    assert [text for text in said if word in text] == []
    assert word not in (messages.SOURCE.parents[1] / "docs" / "using.md").read_text()


def test_headings_speak_as_an_office_does() -> None:
    said = {message.id for message in messages.kept() if isinstance(message.id, str)}
    assert not said & set(NOT_AS_HEADINGS)
    assert {"我的待办", "待办事项", "剩余时限", "责任单位/责任人", "办理期限", "暂无待办"} <= said
