"""What a line of a table says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.cases.types import AppealType, Urgency
from bihuan.intake.letters import Column, Note, Unusable, column_named, guess, moment, read, trouble_with

HEADINGS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "点赞数")
COLUMNS = guess(HEADINGS)


def letter(number="7", user="U0042", title="路灯不亮", at="2024/5/6 7:08:09", content="小区路灯坏了", answer=""):  # type: ignore[no-untyped-def]
    return read(2, (number, user, title, at, content, answer, "3"), COLUMNS, channel="hotline")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019/4/24 15:40:04", "2019-04-24T15:40:04+08:00"),
        ("2022-05-09", "2022-05-09T00:00:00+08:00"),
        ("2022-05-09  8:05", "2022-05-09T08:05:00+08:00"),
        (" 2022.5.9 08:05:01.250 ", "2022-05-09T08:05:01+08:00"),
        ("2022年5月9日 8时5分", "2022-05-09T08:05:00+08:00"),
        ("2022-05-09T08:05:01", "2022-05-09T08:05:01+08:00"),
        ("20220509", "2022-05-09T00:00:00+08:00"),
        ("20220509080501", "2022-05-09T08:05:01+08:00"),
        ("44690.5", "2022-05-09T12:00:00+08:00"),
    ],
)
def test_a_moment_is_understood_in_any_usual_writing(text: str, expected: str) -> None:
    assert moment(text).isoformat() == expected


@pytest.mark.parametrize("text", ["", "昨天", "2022-13-01", "2022-02-30", "12:30", "2022"])
def test_what_is_no_moment_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError):
        moment(text)


def test_columns_are_guessed_from_their_headings() -> None:
    assert list(COLUMNS.values()) == [
        Column.ORIGIN_NUMBER,
        Column.CONTACT,
        Column.TITLE,
        Column.RECEIVED_AT,
        Column.CONTENT,
        Column.ANSWER,
        Column.IGNORED,
    ]
    english = guess(["mail_id", "title", "query", "query_date", "reply", "reply_date", "reply_agency"])
    assert [c for c in english.values() if c != Column.ANSWER] == [
        Column.ORIGIN_NUMBER,
        Column.TITLE,
        Column.CONTENT,
        Column.RECEIVED_AT,
    ]


def test_two_columns_never_hold_the_same_by_a_guess() -> None:
    assert guess(["内容", "诉求内容（必填）"]) == {"内容": Column.CONTENT, "诉求内容（必填）": Column.IGNORED}


def test_columns_without_content_or_with_the_same_twice_are_refused() -> None:
    assert "诉求内容" in trouble_with({"甲": Column.TITLE})
    assert "标题" in trouble_with({"甲": Column.TITLE, "乙": Column.TITLE, "丙": Column.CONTENT})
    assert trouble_with({"甲": Column.CONTENT, "乙": Column.ANSWER, "丙": Column.ANSWER}) == ""


def test_a_column_is_named_by_code_or_label() -> None:
    assert column_named("content") is column_named("诉求内容") is Column.CONTENT
    with pytest.raises(ValueError, match="可用："):
        column_named("内容物")


def test_a_line_fills_the_form() -> None:
    got = letter(content="\n\t\t\t\n\t\t　　小区路灯坏了。\xa0\n\n\t请尽快修复。\t", title=" 路灯  不亮\t")
    assert got.fields.content == "小区路灯坏了。\n请尽快修复。"
    assert got.fields.title == "路灯 不亮"
    assert got.fields.origin_number == "7"
    assert got.fields.contact_alt == "U0042"
    assert (got.fields.appeal_type, got.fields.urgency) == (AppealType.HELP, Urgency.NORMAL)
    assert not got.fields.anonymous
    assert not got.fields.callback_wanted
    assert got.notes == (Note.NO_PHONE,)


def test_words_and_phones_are_taken_where_the_table_has_them() -> None:
    columns = guess(["内容", "诉求类型", "紧急程度", "姓名", "电话"])
    got = read(2, ("路灯坏了", "投诉类", "紧急", "王某", "138 0000 1234"), columns, channel="hotline").fields
    assert (got.appeal_type, got.urgency) == (AppealType.COMPLAINT, Urgency.URGENT)
    assert (got.name, got.phone, got.callback_wanted) == ("王某", "13800001234", True)


@pytest.mark.parametrize("text", ["-", "转", "无", "1380631", "138****1234", "13812341234/13912341234"])
def test_a_letter_is_taken_without_what_is_no_telephone_number(text: str) -> None:
    columns = guess(["内容", "姓名", "电话"])
    got = read(2, ("路灯坏了", "王某", text), columns, channel="hotline")
    assert (got.fields.phone, got.fields.callback_wanted) == ("", False)
    assert got.fields.contact_alt == f"经来件渠道回复；电话栏原文“{text}”"
    assert got.notes[-2:] == (Note.NO_PHONE, Note.PHONE_UNCLEAR)


@pytest.mark.parametrize(("text", "anonymous"), [("-", True), ("转", True), ("无", True), ("1380631", False)])
def test_a_sign_in_place_of_a_number_tells_of_nobody(text: str, anonymous: bool) -> None:
    got = read(2, ("路灯坏了", text), guess(["内容", "电话"]), channel="hotline")
    assert got.fields.anonymous is anonymous
    assert got.fields.callback_wanted is False


def test_the_note_of_what_is_no_number_fits_beside_the_contact() -> None:
    columns = guess(["内容", "邮箱", "电话"])
    got = read(2, ("路灯坏了", "甲" * 195, "1380631"), columns, channel="hotline").fields
    assert got.contact_alt == "甲" * 195 + "；电话栏原"


def test_what_is_missing_is_made_good_and_told() -> None:
    got = letter(number="", user="", title="", content="路灯坏了" * 20, answer="已修复")
    assert got.fields.anonymous
    assert got.fields.title == "路灯坏了" * 9 + "路灯坏…"
    assert got.fields.origin_number.startswith("摘要")
    assert set(got.notes) == {Note.ANSWERED, Note.NUMBER_MADE, Note.TITLE_MADE, Note.ANONYMOUS}
    assert (
        got.fields.origin_number == letter(number="", user="", title="", content="路灯坏了" * 20).fields.origin_number
    )


def test_a_title_too_long_is_cut_and_nothing_of_it_lost() -> None:
    got = letter(title="路" * 300)
    assert got.fields.title == "路" * 199 + "…"
    assert got.fields.content == "路" * 300 + "\n小区路灯坏了"
    assert Note.TITLE_CUT in got.notes


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"content": " \n\t"}, "诉求内容为空"),
        ({"content": "路" * 20_001}, "诉求内容：不能超过20000个字"),
        ({"content": "路灯\x00坏了"}, "诉求内容：文字中含有不可识别的字符，请删去后重填"),
        ({"at": ""}, "来件时间为空"),
        ({"at": "去年"}, "来件时间“去年”看不懂"),
        ({"number": "7" * 201}, "渠道原编号：不能超过200个字"),
    ],
)
def test_what_does_not_fit_is_sent_back_with_the_reason_in_chinese(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(Unusable) as sent_back:
        letter(**cells)
    assert str(sent_back.value) == reason


def test_a_line_with_more_cells_than_headings_is_sent_back() -> None:
    with pytest.raises(Unusable, match="可能错位"):
        read(2, ("1", "U", "标题", "2024-01-01", "内容", "", "0", "多出来的"), COLUMNS, channel="hotline")


def test_a_word_outside_its_list_is_sent_back() -> None:
    with pytest.raises(Unusable, match="应为咨询、求助、投诉、举报、建议、表扬之一"):
        read(2, ("路灯坏了", "吐槽"), guess(["内容", "诉求类型"]), channel="hotline")


@given(st.lists(st.text(max_size=60), min_size=1, max_size=9))
def test_any_line_is_either_a_letter_or_sent_back(cells: list[str]) -> None:
    try:
        got = read(2, cells, COLUMNS, channel="hotline")
    except Unusable:
        pass
    else:
        assert got.fields.content
        assert got.fields.title
        assert got.fields.origin_number
