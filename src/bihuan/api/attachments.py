"""Uploading and fetching files."""

from collections.abc import Iterator

from django.http import FileResponse
from django.http.response import HttpResponseBase

from bihuan.api.endpoints import BASE, Call, Endpoint, Reply
from bihuan.attachments import commands, queries
from bihuan.attachments.types import AttachmentRef
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.subjects.registry import REGISTRY


def endpoints() -> Iterator[Endpoint]:
    """Files."""

    def fetched(call: Call) -> HttpResponseBase:
        _must_see(queries.find(call.row_id), call.actor)
        found, content = queries.open(call.row_id)
        return FileResponse(
            content,
            as_attachment=True,
            filename=found.name,
            content_type=found.mime,
            headers={"X-Content-Type-Options": "nosniff"},
        )

    yield Endpoint(
        method="POST",
        path="attachments",
        view=_stored,
        name="upload_attachment",
        tag="附件",
        summary="上传附件，随后在办理事项中引用其编号",
        upload=True,
        returns=AttachmentRef,
        status=201,
        leads={"get_attachment": ("id", "/id")},
    )
    yield Endpoint(
        method="GET",
        path="attachments/{id}",
        view=fetched,
        name="get_attachment",
        tag="附件",
        summary="下载附件",
        returns=None,
    )


def _stored(call: Call) -> Reply:
    assert call.file is not None
    assert call.file.admitted is not None
    place, actor, now = call.actor.jurisdiction, call.actor, call.now
    kept = commands.shelve(jurisdiction=place, file=call.file.admitted, actor=actor, now=now)
    return Reply(kept, place=f"{BASE}/attachments/{kept.id}")


def _must_see(file: AttachmentRef, actor: Actor) -> None:
    """A bound file is for those who may see its subject, an unbound one for who uploaded it."""
    if file.jurisdiction != actor.jurisdiction:
        raise Unknown(str(file.id))
    if file.subject_kind is None or file.subject_number is None:
        if file.uploaded_by != actor.account:
            raise Unknown(str(file.id))
    else:
        REGISTRY[file.subject_kind].see(file.subject_number, actor)
