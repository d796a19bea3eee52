"""What came without the proof that a page of ours sent it: nothing is done, and what was typed is given back."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.public import errors
from bihuan.public.views import following, submitting


def unsent(request: HttpRequest) -> HttpResponseBase:
    """The form that it was, filled in again with a new proof; nothing of it is kept here."""
    match request.path_info.strip("/").split("/"):
        case ["p", place, "submit"]:
            return submitting.unsent(request, place)
        case ["p", place, "follow"]:
            return following.unsent(request, place)
        case ["p", place, "case", act] if act in following.SAYINGS:
            return following.unsent(request, place, act)
    return errors.forged(request)
