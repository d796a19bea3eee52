"""What a line of a table says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.cases.types import AppealType
from bihuan.intake.letters import (
    Column,
    Note,
    Unusable,
    are_headings,
    column_named,
    guess,
    known,
    mapped,
    may_be_headings,
    read,
    trouble_with,
)
from bihuan.intake.moments import Order
from tests.folded import MARKS, in_bounds

HEADINGS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "点赞数")
COLUMNS = guess(HEADINGS)


def letter(number="7", user="U0042", title="路灯不亮", at="2024/5/6 7:08:09", content="小区路灯坏了", answer=""):  # type: ignore[no-untyped-def]
    return read(2, (number, user, title, at, content, answer, "3"), COLUMNS, channel="hotline")


def test_columns_are_guessed_from_their_headings() -> None:
    assert COLUMNS == (
        Column.ORIGIN_NUMBER,
        Column.CONTACT,
        Column.TITLE,
        Column.RECEIVED_AT,
        Column.CONTENT,
        Column.ANSWER,
        Column.IGNORED,
    )
    english = guess(["mail_id", "title", "query", "query_date", "reply", "reply_date", "reply_agency"])
    assert [c for c in english if c != Column.ANSWER] == [
        Column.ORIGIN_NUMBER,
        Column.TITLE,
        Column.CONTENT,
        Column.RECEIVED_AT,
    ]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("诉求内容", Column.CONTENT),
        ("诉求内容*", Column.CONTENT),
        ("＊诉求内容：", Column.CONTENT),
        ("诉求内容（必填）", Column.CONTENT),
        ("诉求内容(选填)", Column.CONTENT),
        ("姓  名", Column.NAME),
        ("联系　电话", Column.PHONE),
        ("Query_Date", Column.RECEIVED_AT),
        ("ＴＩＴＬＥ", Column.TITLE),
        ("电话（承办单位）", Column.IGNORED),
        ("电话 承办单位", Column.IGNORED),
        ("时间（办结）", Column.IGNORED),
        ("时间(来件)", Column.IGNORED),
        ("Address Type", Column.IGNORED),
        ("address", Column.ADDRESS),
        ("内容 摘要", Column.IGNORED),
        ("Agency Name", Column.IGNORED),
        ("第4列", Column.IGNORED),
        ("内容（第2列）", Column.IGNORED),
        ("", Column.IGNORED),
    ],
)
def test_a_heading_is_known_only_whole(heading: str, column: Column) -> None:
    assert known(heading) is column


def test_two_columns_never_hold_the_same_by_a_guess() -> None:
    assert guess(["内容", "诉求内容（必填）", "回复", "回复时间"]) == (
        Column.CONTENT,
        Column.IGNORED,
        Column.ANSWER,
        Column.ANSWER,
    )


def test_what_somebody_says_of_a_column_wins_over_what_was_guessed() -> None:
    guessed = guess(["内容", "补充", "标题", "回复"])
    assert mapped(guessed, {1: Column.CONTENT}) == (Column.IGNORED, Column.CONTENT, Column.TITLE, Column.ANSWER)
    assert mapped(guessed, {1: Column.ANSWER})[3] is Column.ANSWER, "there may be several answers"
    assert mapped(guessed, {2: Column.IGNORED})[2] is Column.IGNORED


def test_headings_are_told_from_titles_and_letters() -> None:
    assert are_headings(["编号", "标题", "内容"])
    assert are_headings(["内容"])
    assert not are_headings(["内容", "列乙"]), "one word alone may stand in a letter"
    assert not are_headings(["编号", "标题"])


def test_columns_without_content_or_with_the_same_twice_are_refused_by_name() -> None:
    assert "诉求内容" in trouble_with((Column.TITLE,), ["甲"])
    twice = (Column.PLACE, Column.PLACE, Column.CONTENT)
    assert trouble_with(twice, ["地点", "地址", "丙"]) == "“地点”、“地址”这2列同为“事发地点”"
    assert trouble_with((Column.CONTENT, Column.ANSWER, Column.ANSWER), ["甲", "乙", "丙"]) == ""


@pytest.mark.parametrize("heading", ["13800001234", "王某 138-0000-1234", "小区门口的路灯坏了" * 12])
def test_a_letter_is_not_taken_for_headings(heading: str) -> None:
    """They are kept in the record, which nobody can change: so was the first letter of a table that has none."""
    columns = (Column.CONTENT, Column.PHONE)
    assert "像是一件来件" in trouble_with(columns, ["内容", heading])
    assert trouble_with((*columns, Column.IGNORED), ["内容", "电话（11位手机）", "20250101138000012345"]) == ""


@pytest.mark.parametrize(
    ("names", "may"),
    [
        (["编号", "标题", "正文"], True),
        (["1001", "电话", "路灯坏了三天"], False),
        (["电话", "手机"], False),
        (["甲", "乙"], False),
    ],
)
def test_two_headings_that_are_known_tell_a_line_of_them(names: list[str], may: bool) -> None:
    assert may_be_headings(names) is may


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
    assert (got.fields.appeal_type, got.fields.urgency) == (AppealType.HELP, "")
    assert not got.fields.anonymous
    assert not got.fields.callback_wanted
    assert got.notes == (Note.TYPE_MADE, Note.NO_PHONE), "that nobody said what it is is told"


def test_words_and_phones_are_taken_where_the_table_has_them() -> None:
    columns = guess(["内容", "诉求类型", "紧急程度", "姓名", "电话"])
    got = read(2, ("路灯坏了", "投诉类", "紧急", "王某", "138 0000 1234"), columns, channel="hotline").fields
    assert (got.appeal_type, got.urgency) == (AppealType.COMPLAINT, "urgent")
    assert (got.name, got.phone, got.callback_wanted) == ("王某", "13800001234", True)


def test_where_a_table_has_no_names_a_letter_is_taken_by_its_number_and_nobody_is_made_up() -> None:
    got = read(2, ("路灯坏了", "１３８ 0000 1234"), guess(["内容", "电话"]), channel="hotline")
    assert (got.fields.name, got.fields.phone, got.fields.contact_alt) == ("", "13800001234", "来件表没有姓名")
    assert (got.fields.anonymous, got.fields.callback_wanted) == (False, True)
    assert Note.NO_NAME in got.notes
    known = read(2, ("路灯坏了", "13800001234", "U0042"), guess(["内容", "电话", "用户"]), channel="hotline")
    assert known.fields.contact_alt == "U0042"
    assert Note.NO_NAME not in known.notes
    with pytest.raises(Unusable, match="请填写诉求人姓名"):
        read(2, ("路灯坏了", "13800001234", ""), guess(["内容", "电话", "姓名"]), channel="hotline")


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
    made = {Note.TYPE_MADE, Note.NUMBER_MADE, Note.TITLE_MADE}
    assert set(got.notes) == {Note.ANSWERED, *made, Note.ANONYMOUS}
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
        ({"number": "7" * 201}, "渠道原编号：不能超过200个字"),
    ],
)
def test_what_does_not_fit_is_sent_back_with_the_reason_in_chinese(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(Unusable) as sent_back:
        letter(**cells)
    assert str(sent_back.value) == reason


def test_a_moment_that_is_not_understood_is_sent_back_with_the_forms_that_are() -> None:
    with pytest.raises(Unusable, match=r"来件时间“1/13/2025”看不懂，可写作 2025-01-31、.*请指明日期顺序") as sent_back:
        letter(at="1/13/2025")
    assert "1/13/2025" not in sent_back.value.kind
    cells = ("7", "", "路灯", "1/13/2025", "路灯坏了")
    assert read(2, cells, COLUMNS, channel="hotline", order=Order.MDY).fields.received_at.day == 13  # type: ignore[union-attr]


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


def test_marks_without_end_in_a_heading_or_for_a_telephone_are_not_folded() -> None:
    with in_bounds():
        assert known(f"内容{MARKS}") is Column.IGNORED
        assert not are_headings([MARKS, "编号"])
        said = read(2, ("路灯坏了", f"{MARKS}座机"), (Column.CONTENT, Column.PHONE), channel="hotline")
    assert said.fields.contact_alt.startswith("经来件渠道回复；电话栏原文")
    assert said.fields.phone == ""
