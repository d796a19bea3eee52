"""The calendar of what is due as other programs subscribe to it: by a token that is good for nothing else, in numbers
alone (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bihuan.access import queries as access
from bihuan.duties.types import DutyRow
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import look_again
from bihuan.record import scope
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import queries as supervision

SCOPE = "calendar"
LONGEST = 75
"""So many octets a line has at most."""


@require_safe
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """What other units owe around today; whoever has no such token learns nothing, not even that there is a page."""
    standing = _standing(request, token)
    look_again()
    organisations.as_taken_up(standing.jurisdiction)
    if not organisations.knows(standing.jurisdiction, norms.SUPERVISE_URGE):
        raise Http404
    with scope.reading(standing.actor):
        rows = supervision.subscribed(standing.actor, now=standing.now)
    lines = [folded for line in _calendar(rows, request, standing) for folded in _folded(line)]
    response = HttpResponse("".join(f"{line}\r\n" for line in lines), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _standing(request: HttpRequest, token: str) -> Standing:
    found = access.bearer(token, at=timezone.now())
    if found is None or found.owed is not None or SCOPE not in found.standing.actor.scopes:
        raise Http404
    if not access.from_where_it_is_good(found, request.META.get("REMOTE_ADDR", "")):
        raise Http404
    return found.standing


def _calendar(rows: list[DutyRow], request: HttpRequest, standing: Standing) -> Iterator[str]:
    yield from (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bihuan//due//ZH",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:到期日历",
    )
    for row in rows:
        word, _, number = row.subject.partition(":")
        at = _moment(row.due_at)
        yield from ("BEGIN:VEVENT", f"UID:{row.id}@{standing.jurisdiction.code}", f"DTSTAMP:{_moment(standing.now)}")
        yield from (f"DTSTART:{at}", f"DTEND:{at}", f"SUMMARY:{_escaped(f'{row.label} {number}')}")
        yield from (f"URL:{request.build_absolute_uri(REGISTRY[word].page_of(number))}", "END:VEVENT")
    yield "END:VCALENDAR"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text


def _folded(line: str) -> Iterator[str]:
    """A line in pieces that are not too long, no sign cut in two; each but the first begins with a space."""
    piece = ""
    for sign in line:
        if len(f"{piece}{sign}".encode()) > LONGEST:
            yield piece
            piece = " "
        piece += sign
    yield piece
