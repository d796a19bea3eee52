"""What a line of somebody's table says about a request: which column is which, and the form filled in from it."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from bihuan.cases.types import AppealType
from bihuan.intake.moments import Order, accepted, moment
from bihuan.intake.types import Register
from bihuan.kernel.complaints import complaints
from bihuan.kernel.phone import is_phone
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.pack import USUAL_URGENCIES, Category, Urgency, lies_in
from bihuan.requesters.types import Identity, RequesterKind
from bihuan.text.entries import Entry, entry_of

LONGEST_TITLE = LONGEST_LINE = 200
LONGEST_HEADING = 100
TITLE_FROM_CONTENT = 40
NOWHERE_ELSE = "经来件渠道回复"
UNNAMED = "来件表没有姓名"


class Column(Vocabulary):
    """What a column of the table holds."""

    ORIGIN_NUMBER = "origin_number", "渠道原编号"
    RECEIVED_AT = "received_at", "来件时间"
    TITLE = "title", "标题"
    CONTENT = "content", "诉求内容"
    APPEAL_TYPE = "appeal_type", "诉求类型"
    URGENCY = "urgency", "紧急程度"
    SUBJECT = "subject_code", "主题分类"
    PLACE = "place", "事发地点"
    NAME = "name", "诉求人姓名"
    PHONE = "phone", "联系电话"
    CONTACT = "contact_alt", "其他联系方式"
    ADDRESS = "address", "联系地址"
    ANSWER = "answer", "已有答复"
    IGNORED = "ignored", "不导入"


Columns = tuple[Column, ...]
"""What stands in each column, by its place."""

_KNOWN: Mapping[Column, str] = {
    Column.ORIGIN_NUMBER: "留言编号 编号 工单编号 工单号 受理编号 信件编号 来件编号 原编号 渠道原编号 流水号 mail_id"
    " id number case_id",
    Column.RECEIVED_AT: "留言时间 留言日期 来件时间 来信时间 来信日期 受理时间 登记时间 提交时间 写信时间 时间 日期"
    " query_date date received_at created_at",
    Column.TITLE: "留言主题 留言标题 标题 主题 诉求标题 工单标题 信件标题 来信标题 title subject",
    Column.CONTENT: "留言详情 留言内容 内容 诉求内容 诉求描述 工单内容 信件内容 来信内容 问题描述 反映内容"
    " query content text detail",
    Column.APPEAL_TYPE: "诉求类型 工单类型 信件类型 来信类型 类型 type appeal_type",
    Column.URGENCY: "紧急程度 urgency",
    Column.SUBJECT: "主题分类 问题分类 诉求分类 一级标签 一级分类 分类 category",
    Column.PLACE: "事发地点 事发地址 问题地点 地点 place location",
    Column.NAME: "诉求人姓名 诉求人 姓名 来电人 来信人 留言人 联系人 name",
    Column.PHONE: "联系电话 电话 手机 手机号 手机号码 来电号码 phone mobile tel",
    Column.CONTACT: "其他联系方式 留言用户 用户 用户名 网名 网站账号 邮箱 user user_id email",
    Column.ADDRESS: "联系地址 地址 address",
    Column.ANSWER: "答复意见 答复时间 答复内容 答复单位 回复 回复内容 回复时间 办理结果 reply reply_date reply_agency"
    " answer 已有答复",
}
_BY_HEADING = {heading: column for column, headings in _KNOWN.items() for heading in headings.split()}
_DECORATION = re.compile(r"[*:]+|\((?:必填|必填项|选填|可选|非必填)\)")
"""What stands beside a heading and does not change its meaning."""
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


class Note(Vocabulary):
    """What was made good in a line that was taken."""

    TITLE_CUT = "title_cut", "标题过长，已截短，全文并入内容"
    TITLE_MADE = "title_made", "没有标题，取自内容开头"
    TYPE_MADE = "type_made", "没有诉求类型，按求助登记"
    NUMBER_MADE = "number_made", "没有原编号，以内容摘要代替"
    ANONYMOUS = "anonymous", "没有诉求人信息，按匿名登记"
    NO_NAME = "no_name", "表里没有姓名栏，以电话联系"
    NO_PHONE = "no_phone", "没有电话，不安排电话回访"
    PHONE_UNCLEAR = "phone_unclear", "电话栏不是电话号码，原文记入其他联系方式"
    ANSWERED = "answered", "带有已有答复，答复未导入，按新诉求登记"


class Letter(NamedTuple):
    """A line that fills the form."""

    line: int
    fields: Register
    notes: tuple[Note, ...]
    digest: str
    entry: Entry | None = None
    """What the search will keep of it, where somebody made that ahead."""


def searched(fields: Register, locality: str = "") -> Entry:
    """What the search keeps of a request before it has a number: `cases.types.Section`."""
    return entry_of(fields.title, fields.content, f"{locality} {fields.place}", fields.origin_number)


def digest_of(fields: Register) -> str:
    """By what the record knows the request's text."""
    return hashlib.sha256(f"{fields.title}\n{fields.content}".encode()).hexdigest()


def identity_of(fields: Register) -> Identity | None:
    """Who the requester is; None for somebody anonymous."""
    if fields.anonymous:
        return None
    return Identity(
        kind=RequesterKind.PERSON,
        name=fields.name,
        phone=fields.phone,
        contact_alt=fields.contact_alt,
        address=fields.address,
        secrecy_requested=fields.secrecy_requested,
    )


class Unusable(ValueError):
    """A line that does not fill the form; its text says why, `kind` says it without what differs by line."""

    def __init__(self, reason: str, *, kind: str = "") -> None:
        super().__init__(reason)
        self.kind = kind or reason


def known(heading: str) -> Column:
    """What a heading says by itself, if it is known whole: a further word or a bracket changes its meaning."""
    if len(heading) > LONGEST_LINE:
        return Column.IGNORED
    plain = _DECORATION.sub("", unicodedata.normalize("NFKC", heading).lower()).strip()
    return _BY_HEADING.get(_BETWEEN_HAN.sub("", plain), Column.IGNORED)


def are_headings(names: Sequence[str]) -> bool:
    """Whether a line of a table holds the headings of letters, and not a title or a letter."""
    columns = [known(name) for name in names]
    return Column.CONTENT in columns and (len(names) == 1 or len(set(columns) - {Column.IGNORED}) > 1)


def may_be_headings(names: Sequence[str]) -> bool:
    """Whether some of the names stand above columns of letters, so that the line is hardly a letter."""
    return len({known(name) for name in names} - {Column.IGNORED}) > 1


def guess(headings: Sequence[str]) -> Columns:
    """What each column holds, by its heading; two columns never hold the same, but for answers and the ignored."""
    found: list[Column] = []
    for heading in headings:
        column = known(heading)
        found.append(Column.IGNORED if column in found and column is not Column.ANSWER else column)
    return tuple(found)


def mapped(columns: Columns, given: Mapping[int, Column]) -> Columns:
    """The columns with what somebody said of some of them; what was only guessed of others gives way."""
    taken = set(given.values()) - {Column.ANSWER}
    return tuple(given.get(at, Column.IGNORED if held in taken else held) for at, held in enumerate(columns))


def signature(headings: Sequence[str]) -> str:
    """By what a table's headings are known again."""
    return hashlib.sha256("\x1f".join(headings).encode()).hexdigest()


def column_named(word: str) -> Column:
    """The column of that code or label. Raises ValueError."""
    for column in Column:
        if word in (column.value, column.label):
            return column
    raise ValueError(f"没有“{word}”这一项，可用：{'、'.join(column.label for column in Column)}")


def trouble_with(columns: Columns, headings: Sequence[str]) -> str:
    """Why letters cannot be read from these columns; empty where they can.

    Headings are kept for ever, so that none of them may be what somebody wrote.
    """
    if any(len(heading) > LONGEST_HEADING or _MOBILE.search(heading) for heading in headings):
        return "表头这一行像是一件来件（有手机号码，或一格超过100字）；没有表头的表，请先在最上面加一行表头"
    if Column.CONTENT not in columns:
        return "没有指明哪一列是“诉求内容”"
    for column in dict.fromkeys(columns):
        same = [heading for heading, held in zip(headings, columns, strict=True) if held is column]
        if len(same) > 1 and column not in (Column.ANSWER, Column.IGNORED):
            return f"{'、'.join(f'“{heading}”' for heading in same)}这{len(same)}列同为“{column.label}”"
    return ""


def read(
    line: int,
    cells: Sequence[str],
    columns: Columns,
    *,
    channel: str,
    order: Order | None = None,
    urgencies: Iterable[Urgency] = USUAL_URGENCIES,
    categories: Iterable[Category] = (),
) -> Letter:
    """The form filled in from a line; `urgencies` and `categories` are those of the regulation. Raises Unusable."""
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise Unusable(f"有{len(cells)}列，比表头的{len(columns)}列多，可能错位", kind="列数比表头多，可能错位")
    said: dict[Column, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column is not Column.IGNORED and cell and not cell.isspace():
            said[column] = _paragraphs(cell) if column is Column.CONTENT else " ".join(cell.split())
    given, notes = _given(said, columns, order)
    given["urgency"] = _code(said.get(Column.URGENCY, ""), urgencies)
    if categories and not any(lies_in(said.get(Column.SUBJECT, ""), one.code) for one in categories):
        given[Column.SUBJECT.value] = _code(said.get(Column.SUBJECT, ""), categories)
    try:
        fields = Register(channel=channel, **given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise Unusable("；".join(map(str, complaints(error, Register)))) from None
    return Letter(line, fields, tuple(notes), digest_of(fields))


def _given(said: Mapping[Column, str], columns: Columns, order: Order | None) -> tuple[dict[str, object], list[Note]]:
    """The values for the form, and what had to be made good."""
    content = said.get(Column.CONTENT, "")
    if not content:
        raise Unusable("诉求内容为空")
    given: dict[str, object] = {c.value: said[c] for c in (Column.SUBJECT, Column.PLACE) if c in said}
    notes = [Note.ANSWERED] if Column.ANSWER in said else []
    timed = Column.RECEIVED_AT in columns
    given["received_at"] = _received_at(said.get(Column.RECEIVED_AT, ""), order) if timed else None
    given["appeal_type"] = _word(AppealType, said.get(Column.APPEAL_TYPE, ""), AppealType.HELP)
    if Column.APPEAL_TYPE not in said:
        notes.append(Note.TYPE_MADE)
    title = said.get(Column.TITLE, "")
    number = said.get(Column.ORIGIN_NUMBER, "")
    if not number:
        number = _mark(title, content, said)
        notes.append(Note.NUMBER_MADE)
    if not title:
        title = _head(content, TITLE_FROM_CONTENT)
        notes.append(Note.TITLE_MADE)
    elif len(title) > LONGEST_TITLE:
        title, content = _head(title, LONGEST_TITLE), f"{title}\n{content}"
        notes.append(Note.TITLE_CUT)
    return given | {"origin_number": number, "title": title, "content": content} | _who(
        said, notes, named=Column.NAME in columns
    ), notes


def _who(said: Mapping[Column, str], notes: list[Note], *, named: bool) -> dict[str, object]:
    """Who wrote: nobody whom we know, or somebody who can be answered by phone or else where the letter came from."""
    who: dict[str, object] = {c.value: said[c] for c in (Column.NAME, Column.ADDRESS) if c in said}
    phone, contact = said.get(Column.PHONE, ""), said.get(Column.CONTACT, "")
    if phone and is_phone(phone):
        if not contact and not named:
            notes.append(Note.NO_NAME)
            contact = UNNAMED
        return {**who, "phone": phone, "contact_alt": contact}
    if not who and not contact and not _tells(phone):
        notes.append(Note.ANONYMOUS)
        return {"anonymous": True, "callback_wanted": False}
    notes.append(Note.NO_PHONE)
    contact = contact or NOWHERE_ELSE
    if phone:
        notes.append(Note.PHONE_UNCLEAR)
        contact += f"；电话栏原文“{phone}”"[: max(LONGEST_LINE - len(contact), 0)]
    return {**who, "contact_alt": contact, "callback_wanted": False}


def _tells(phone: str) -> bool:
    """Whether what stands in place of a telephone number says anything of who wrote."""
    return any(sign.isalnum() for sign in phone if sign not in "转无")


def _received_at(text: str, order: Order | None) -> datetime:
    if not text:
        raise Unusable("来件时间为空")
    try:
        return moment(text, order)
    except (ValueError, OverflowError):
        reason = f"来件时间“{text[:40]}”看不懂，{accepted(order)}"
        raise Unusable(reason, kind=f"来件时间看不懂，{accepted(order)}") from None


def _word(words: type[Vocabulary], text: str, default: Vocabulary) -> Vocabulary:
    """The word whose code or label the cell is."""
    if not text:
        return default
    for word in words:
        if text in (word.value, word.label, f"{word.label}类"):
            return word
    raise _none_of(text, [word.label for word in words])


def _code(text: str, listed: Iterable[Urgency | Category]) -> str:
    """What the regulation lists and a cell names by its code or label; nothing where nobody said."""
    named = {said: one.code for one in listed for said in (one.code, one.label)}
    if text and text not in named:
        raise _none_of(text, [one.label for one in listed])
    return named.get(text, "")


def _none_of(text: str, labels: Iterable[str]) -> Unusable:
    choices = "、".join(labels)
    return Unusable(f"“{text[:20]}”应为{choices}之一", kind=f"应为{choices}之一")


def _mark(title: str, content: str, said: Mapping[Column, str]) -> str:
    """What stands for a number that the channel did not give, so that a letter is known again."""
    parts = [
        title,
        content,
        *(said.get(c, "") for c in (Column.RECEIVED_AT, Column.NAME, Column.PHONE, Column.CONTACT)),
    ]
    return f"摘要{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:20]}"


def _head(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _paragraphs(text: str) -> str:
    """The text without blank lines and the white space around its lines."""
    return "\n".join(line for part in text.splitlines() if (line := part.strip()))
