"""Every "no" of the API as a problem document (RFC 9457), in the words of the official and with the clause."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from bihuan.kernel import errand
from bihuan.kernel.complaints import Complaint
from bihuan.kernel.refusal import Busy, Overtaken, Refusal, Refused, Unknown
from bihuan.policy import names
from bihuan.policy.loader import Unusable
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import NoLimit
from bihuan.record.room import WORDS, lacks_room
from bihuan.record.types import KeyReused

log = logging.getLogger(__name__)
TYPE = "urn:bihuan:problem:{}"
REFUSED = TYPE.format("refused")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemDocument:
    """Why something was not done. `clause`, `citation` and `norm` tell by which rule."""

    type: str
    title: str
    status: int
    detail: str
    clause: str | None = None
    citation: str | None = None
    norm: str | None = None
    field: str | None = None
    """The field of the form that is to blame."""
    errors: tuple[Complaint, ...] = ()
    """Everything that is wrong with the form."""
    version: int | None = None
    """The version that the subject has now."""
    request: str | None = None
    """The id of the request, by which an operator finds it in the logs."""


class Problem(Exception):
    """A request that cannot be carried out as it came."""

    def __init__(
        self, status: int, kind: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.document = ProblemDocument(type=TYPE.format(kind), title=title, status=status, detail=detail, **more)
        self.headers = dict(headers or {})


def unreadable(detail: str) -> Problem:
    """A request whose form nobody can read."""
    return Problem(400, "unreadable", "请求无法读取", detail)


def invalid(detail: str, errors: tuple[Complaint, ...] = ()) -> Problem:
    """A request that can be read, but is not filled in right."""
    named = next((complaint.field for complaint in errors if complaint.field), None)
    return Problem(422, "invalid", "填写有误", detail, errors=errors, field=named)


def too_large(detail: str) -> Problem:
    """More than we take."""
    return Problem(413, "too-large", "内容过大", detail)


def method_refused(allowed: Iterable[str]) -> Problem:
    """A method that the address does not know."""
    named = ", ".join(sorted(allowed))
    return Problem(405, "method", "方法不对", f"这个地址只接受 {named}。", headers={"Allow": named})


def _refused(error: Refused, pack: str) -> Problem:
    refusal = next((one for one in error.all if not one.missing), None)
    if refusal is None:
        return invalid(error.refusal.reason, tuple(Complaint(one.field or "", "", one.reason) for one in error.all))
    cited = load_pack(error.pack or pack).cite(refusal.norm) if error.pack or pack else None
    return Problem(
        409,
        "refused",
        "不能这样办理",
        refusal.reason,
        clause=cited.clause_id if cited else None,
        citation=(cited.words or None) if cited else None,
        norm=refusal.norm.name if refusal.norm else None,
        field=refusal.field,
        errors=tuple(Complaint(one.field, "", one.reason) for one in error.all if one.field),
    )


def _overtaken(error: Overtaken, pack: str) -> Problem:
    return Problem(412, "overtaken", "已有新情况", str(error), version=error.current)


def busy(detail: str, seconds: int = 1) -> Problem:
    """Not now; nothing was written, the same again may succeed after so many seconds."""
    return Problem(503, "busy", "暂时不能办理", detail, headers={"Retry-After": str(seconds)})


def _busy(error: Exception, pack: str) -> Problem:
    log.warning("the database could not answer: %s", error)
    return busy("数据库正忙或暂时不可用，本次请求没有写入，请稍后重试。")


def _unusable(error: Unusable, pack: str) -> Problem:
    log.error("%s", str(error))
    detail = f"本地的规则文件（{error.ref}）有错误，改正以前不能查看和办理，数据没有受影响。"
    return Problem(503, "regulation", "规则文件有错误", detail)


def _limitless(error: NoLimit, pack: str) -> Problem:
    log.error("%s", error.words)
    return _refused(Refused(Refusal(error.words, None)), pack)


def _clash(error: Exception, pack: str) -> Problem:
    log.warning("a constraint of the database refused a write: %s", error)
    return Problem(409, "clash", "与已有数据冲突", "所填内容与已有数据冲突，没有写入。")


def _met_others(error: Busy, pack: str) -> Problem:
    return busy("正忙，本次请求没有写入，请再提交一次。")


_FOUND: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any, str], Problem]], ...] = (
    (Problem, lambda error, pack: error),
    (Busy, _met_others),
    (Refused, _refused),
    (Unknown, lambda error, pack: Problem(404, "unknown", "没有找到", "没有这个对象，或者您无权查看。")),
    (Overtaken, _overtaken),
    (Unusable, _unusable),
    (NoLimit, _limitless),
    (
        KeyReused,
        lambda error, pack: Problem(
            422, "key-reused", "幂等键已被使用", "这个 Idempotency-Key 已用于另一个请求，请换一个新的。"
        ),
    ),
    (RequestDataTooBig, lambda error, pack: too_large("请求内容超过上限。")),
    ((SuspiciousOperation, MultiPartParserError, UnreadablePostError), lambda error, pack: unreadable("请求不完整。")),
    ((DataError, OverflowError, UnicodeError), lambda error, pack: invalid("所填数值、日期或文字超出可以处理的范围。")),
    (IntegrityError, _clash),
    ((OperationalError, InterfaceError), _busy),
)
"""What raises which problem; the first that fits."""


def problem_of(error: Exception, *, pack: str = "") -> Problem:
    """The problem that an exception means; `pack` is the regulation to cite where the exception names none."""
    if lacks_room(error):
        log.error("there is no room to write: %s", error)
        return Problem(507, "no-room", "没有空间", WORDS)
    for kind, tell in _FOUND:
        if isinstance(error, kind):
            return tell(error, pack)
    log.error("an endpoint failed", exc_info=error)
    return Problem(500, "failure", "系统出错", "系统出错，已记录，本次请求没有写入。")


def in_json(word: str) -> str:
    """A word as it stands inside a text in JSON."""
    return json.dumps(word, ensure_ascii=False)[1:-1]


def answer(problem: Problem) -> HttpResponse:
    """The problem as a response; members that say nothing are left out, but for a refusal without a norm."""
    document = replace(problem.document, request=errand.NUMBER.get() or None)
    said = {name: value for name, value in asdict(document).items() if value not in (None, ())}
    if document.type == REFUSED:
        said.setdefault("norm", None)
    return HttpResponse(
        names.put(json.dumps(said, ensure_ascii=False), say=in_json).encode(errors="replace"),
        status=problem.document.status,
        content_type="application/problem+json",
        headers=problem.headers,
    )
