"""Reading what a client sent, and refusing in Chinese what cannot be read."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from pydantic import ValidationError

from bihuan.access import queries as access
from bihuan.api.problems import Problem, invalid, too_large, unreadable
from bihuan.kernel.complaints import Complaint, complaints
from bihuan.kernel.fields import Fields
from bihuan.organisations.types import Standing

IF_MATCH = r'(?:\*|(?:W/)?"?[0-9]{1,9}"?)'
KEY = r"[\x21-\x7e]{1,128}"
_VERSION = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
_KEY = re.compile(KEY)
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_ROOM_AROUND_A_FILE = 64 * 1024
DEEPEST = 64
"""So deep may a body be nested; a form of ours has two layers."""
MOST = 5_000
"""Names and values in a body: each that is none of ours is told, and telling costs most."""


def bearer(request: HttpRequest, *, scope: str, at: datetime) -> Standing:
    """Who signs the request by a token, in one statement."""
    kind, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    found = access.bearer(token.strip(), at=at) if kind.lower() == "bearer" and token.strip() else None
    if found is None:
        raise _unauthorised("请在 Authorization 中提供有效的接口令牌。")
    if not access.from_where_it_is_good(found, request.META.get("REMOTE_ADDR", "")):
        raise _forbidden("这个令牌限定了使用的网络，不能从这里使用。")
    if found.owed is not None:
        raise _unauthorised(f"令牌暂不能使用：账号须先登录网站{found.owed.label}。")
    actor = found.standing.actor
    if not actor.seats:
        raise _forbidden("账号没有在任的职务，不能办理业务。")
    if scope not in actor.scopes:
        raise _forbidden(f"这个令牌没有“{scope}”权限。")
    return found.standing


def _unauthorised(detail: str) -> Problem:
    return Problem(401, "unauthorised", "未登录", detail, headers={"WWW-Authenticate": "Bearer"})


def _forbidden(detail: str) -> Problem:
    return Problem(403, "forbidden", "令牌权限不足", detail)


def form(model: type[Fields], said: Mapping[str, Any]) -> Fields:
    """The form filled in, or everything that is wrong with it."""
    if too_deep(said):
        raise unreadable(f"结构嵌套过深，不超过{DEEPEST}层。")
    if next(islice(_within(said), MOST, None), None) is not None:
        raise unreadable(f"项目过多，连同各项的名称和内容不超过{MOST:,}个。")
    if any(map(strange, said)):
        raise invalid("项目名称中含有不可识别的字符。")
    if found := tuple(Complaint(name, "", "含有不可识别的字符") for name in said if strange(said[name])):
        raise invalid("文字中含有不可识别的字符。", found)
    try:
        return model.model_validate(said)
    except ValidationError as error:
        found = tuple(complaints(error, model, in_json=True))
        raise invalid("；".join(map(str, found)), found) from None


def strange(said: object) -> bool:
    """Whether NUL or half a character stands anywhere in it: neither can be kept."""
    return any(isinstance(one, str) and _UNREADABLE.search(one) for _, one in _within(said))


def too_deep(said: object) -> bool:
    """Whether lists and objects stand in one another as in no form of ours."""
    return any(depth > DEEPEST for depth, _ in _within(said))


def _within(said: object) -> Iterator[tuple[int, object]]:
    """Everything that stands in it and how deep, with what it is itself; as deep as it may be."""
    left = [(0, said)]
    while left:
        depth, one = left.pop()
        yield depth, one
        if isinstance(one, Mapping):
            left += [(depth + 1, part) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            left += [(depth + 1, part) for part in one]


def query(request: HttpRequest, model: type[Fields]) -> Fields:
    """What stands behind the question mark; empty values say nothing."""
    return form(model, {name: value for name, value in request.GET.items() if value != ""})


def body(request: HttpRequest, model: type[Fields]) -> Fields:
    """The JSON object in the request; none at all is an empty form."""
    raw = request.body
    if not raw:
        return form(model, {})
    if request.content_type not in ("application/json", "application/problem+json"):
        raise Problem(415, "media-type", "内容类型不对", "请以 application/json 提交。")
    try:
        said = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise unreadable("请求内容不是正确的 JSON（UTF-8 编码）。") from None
    if not isinstance(said, dict):
        raise invalid("请求内容须为一个 JSON 对象。")
    return form(model, said)


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def upload(request: HttpRequest) -> "UploadedFile[bytes]":
    """The one file of a multipart request."""
    limit: int = settings.ATTACHMENT_LIMIT
    if request.content_type != "multipart/form-data":
        raise Problem(415, "media-type", "内容类型不对", "请以 multipart/form-data 提交，文件放在 file 中。")
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + _ROOM_AROUND_A_FILE:
        raise too_large(f"文件不能超过{limit // 1024 // 1024}MB。")
    files = request.FILES.getlist("file")
    if len(files) != 1:
        raise invalid("请在 file 中提交一个文件。", (Complaint("file", "文件", "请提交一个文件"),))
    if (files[0].size or 0) > limit:
        raise too_large(f"文件不能超过{limit // 1024 // 1024}MB。")
    return files[0]


def if_match(request: HttpRequest) -> int | None:
    """The version that the client saw, from `If-Match: "7"`."""
    said = request.META.get("HTTP_IF_MATCH")
    if said in (None, "*"):
        return None
    if (found := _VERSION.fullmatch(said)) is None:
        raise unreadable('If-Match 须为版本号，例如 If-Match: "7"。')
    return int(found[1])


def idempotency_key(request: HttpRequest) -> str | None:
    """The key under which the client may repeat the request."""
    said = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if said is not None and _KEY.fullmatch(said) is None:
        raise unreadable("Idempotency-Key 须为1至128个可见的 ASCII 字符。")
    return said
