"""Single files."""

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bihuan.attachments import queries as attachments
from bihuan.attachments.types import AttachmentRef
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.types import Standing
from bihuan.subjects.registry import REGISTRY
from bihuan.web.standing import signed_in


@require_safe
@signed_in
def attachment(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """One file, for those who may see what it belongs to."""
    _must_see_file(attachments.find(id), standing)
    found, file = attachments.open(id)
    picture = found.mime.startswith("image/")
    response = FileResponse(file, as_attachment=not picture, filename=found.name, content_type=found.mime)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _must_see_file(found: AttachmentRef, standing: Standing) -> None:
    if found.subject_kind and found.subject_number:
        REGISTRY[found.subject_kind].see(found.subject_number, standing.actor)
    elif found.uploaded_by != standing.actor.account:
        raise Unknown(str(found.id))
