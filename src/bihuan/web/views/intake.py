"""Beginnings: registering a request, and reporting a matter for the list."""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bihuan.cases import queries as cases
from bihuan.drafts.queries import draft_for
from bihuan.duties import queries as duties
from bihuan.intake import commands as intake
from bihuan.intake.types import RegisterAsked
from bihuan.kernel.doors import with_files
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refused
from bihuan.matters import commands as matters
from bihuan.matters.types.forms import Report
from bihuan.organisations.types import Standing
from bihuan.policy.limits import LimitName
from bihuan.policy.loader import pack
from bihuan.policy.pack import NoLimit
from bihuan.record.commands import once
from bihuan.record.types import Done, Kept, KeyReused
from bihuan.web.drafting import Mark, given_back, keep, mark_of_page, marked, settling, typed_of
from bihuan.web.forms import Choices, Typed, blame, controls, fill_from, typed_in
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in

SENT_TWICE = "这份表单已经提交过，没有重复登记。需要再登记一件的，请核对下面的内容后提交。"


@dataclass(frozen=True, slots=True)
class Beginning:
    """A page with which something begins: its form, its command, and how the form is laid out.

    A field that stands in no group comes with the first.
    """

    url: str
    title: str
    lead: str
    button: str
    form: type[Fields]
    begin: Callable[..., Done]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    by_channel: bool = True
    """Whether whoever has no channel begins nothing here."""
    choices: type[Choices] = Choices
    back: str = "/"
    """Where one goes who begins nothing after all."""
    about: Callable[[Standing, Typed], object] | None = None
    """What is shown instead of the fields that name a duty, where they do."""
    named: tuple[str, ...] = ()
    """What a link to the page may name: what is typed about one is kept apart from what is typed about another."""

    def mark(self, standing: Standing, typed: Typed) -> Mark:
        """The mark of the form as that link opens it."""
        said = urlencode({name: typed.one(name) for name in self.named if typed.one(name)})
        return mark_of_page(standing, f"{self.url}?{said}" if 0 < len(said) < 100 else self.url)

    def mark_sent(self, request: HttpRequest, standing: Standing) -> Mark:
        """The mark of the form that was sent."""
        mark, bare = marked(request), mark_of_page(standing, self.url)
        ours = mark and mark.account == bare.account and mark.form.partition("?")[0] == bare.form
        return mark if mark and ours else bare


NAMING = ("subject", "duty")


REGISTER = Beginning(
    "/cases/new/",
    "登记诉求",
    "登记后即产生派单时限。",
    "登记",
    RegisterAsked,
    intake.register,
    (
        ("诉求", ("title", "content", "appeal_type", "urgency", "place_code", "place", "subject_code", "attachments")),
        (
            "诉求人",
            (
                "anonymous",
                "name",
                "phone",
                "phone_special",
                "contact_alt",
                "address",
                "callback_wanted",
                "secrecy_requested",
            ),
        ),
        ("被反映单位", ("accused", "accused_none")),
        ("来源", ("channel", "origin_number", "received_at")),
    ),
)
REPORT = Beginning(
    "/matters/new/",
    "报送清单事项",
    "按规定和流程办理未能按时解决的事项，报⟨office⟩列入清单。",
    "报送",
    Report,
    matters.report,
    (
        ("未能按时解决的工单", ("case",)),
        ("平台外办理的事项", ("channel", "origin_number", "title", "content", "name", "phone", "phone_special")),
        ("办理情况", ("tier1_due_at", "done", "why_unresolved", "override_reason", "attachments")),
    ),
    named=("case",),
)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Register a request; the query code is told on the page that follows, and never again."""

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        said = {"number": number, "code": code, "fields": fields, "form": form}
        return render(request, "cases/registered.html", said)

    return begin(request, standing, REGISTER, told)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Report what was not solved in time."""

    def told(number: str, code: str, fields: Fields, form: str) -> HttpResponseBase:
        said = f"{number}：已报送，待⟨office⟩登记。"
        messages.success(request, said, extra_tags=form)
        return redirect(f"/matters/{number}/")

    return begin(request, standing, REPORT, told)


SHOWN_LIMITS = (LimitName.DISPATCH, LimitName.SIGN_IN, LimitName.FIRST_CONTACT, LimitName.HANDLE)


@dataclass(frozen=True, slots=True)
class ShownLimit:
    """A limit that the request will be under, with where it comes from."""

    label: str
    words: str
    source: str


@sent_only
@signed_in
def beside(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What stands beside the form while somebody types: requests like this one, and the limits it will be under."""
    said = _beside(standing, typed_in(request.POST), Choices(standing))
    return render(request, "cases/_beside.html", said)


def _beside(standing: Standing, typed: Typed, choices: Choices) -> dict[str, object]:
    channel = typed.one("channel") or next((c.value for c in choices.channel), "")
    text = "\n".join(typed.one(name) for name in ("title", "content", "place"))
    return {"similar": cases.similar(standing.actor, text), "limits": _limits(standing, typed, channel)}


def _limits(standing: Standing, typed: Typed, channel: str) -> list[ShownLimit]:
    rulebook = pack(standing.jurisdiction.pack)
    scope: dict[str, Any] = {
        "urgency": typed.one("urgency"),
        "appeal_type": typed.one("appeal_type") or None,
        "channel": channel,
        "category": typed.one("subject_code"),
    }
    shown = list[ShownLimit]()
    for name in SHOWN_LIMITS:
        with suppress(NoLimit):  # as long as it is not said what the request is
            rule = rulebook.limit(name, **scope)
            limit, source = duties.limit_today(
                rule, rulebook, jurisdiction=standing.jurisdiction.code, now=standing.now
            )
            shown.append(ShownLimit(LimitName(name).label, limit.words, source))
    return shown


Told = Callable[[str, str, Fields, str], HttpResponseBase]


def begin(request: HttpRequest, standing: Standing, page: Beginning, told: Told) -> HttpResponseBase:
    """A page with which something begins: `told` answers once it has, with number, secret, what was filled in and in
    which form.

    What does not succeed is kept as it was typed.
    """
    if request.method != "POST":
        typed = typed_in(request.GET)
        return _form(request, standing, page, page.mark(standing, typed), typed, {})
    mark, filled = page.mark_sent(request, standing), fill_from(request, page.form, standing)
    if filled.fields is None:
        keep(request)
        return _form(request, standing, page, mark, filled.typed, filled.errors, status=422)
    try:
        with settling(standing, mark):
            number, code = _once(request, standing, page, filled.fields)
    except Refused as refused:
        keep(request)
        errors = {**filled.errors, **blame(refused.all, page.form)}
        citation = pack(standing.jurisdiction.pack).cite(refused.refusal.norm).words
        return _form(request, standing, page, mark, filled.typed, errors, refused.refusal.reason, citation, status=409)
    except KeyReused:
        keep(request)
        return _form(request, standing, page, mark, filled.typed, {}, SENT_TWICE, status=409)
    return told(number, code, filled.fields, mark.form)


def _once(request: HttpRequest, standing: Standing, page: Beginning, fields: Fields) -> tuple[str, str]:
    """A form that is sent twice begins one thing, and is told the same number both times."""

    def write() -> Kept:
        done = page.begin(fields=fields, actor=standing.actor, now=standing.now)
        return Kept(201, json.dumps([done.number, done.secret]))

    said = fields.model_dump_json(exclude={"attachments"})
    kept, _ = once(
        account=standing.actor.account,
        key=f"{page.url}{request.POST.get('once', '')[:64] or uuid.uuid4()}",
        request=hashlib.sha256(said.encode()).digest(),
        at=timezone.now(),
        write=write,
    )
    number, code = json.loads(kept.answer)
    return str(number), str(code)


def _form(
    request: HttpRequest,
    standing: Standing,
    page: Beginning,
    mark: Mark,
    typed: Typed,
    errors: Mapping[str, str],
    refusal: str = "",
    citation: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    choices = page.choices(standing)
    found = draft_for(mark.account, mark.form)
    kept = given_back(mark, [found] if found else [])
    if typed.posted or typed.values.keys() - set(page.named):
        kept = replace(kept, draft=None)
    typed = typed_of(kept.draft) if kept.draft else typed
    left_off = page.form.left_off(pack(standing.jurisdiction.pack).binds)
    made = {
        c.name: c
        for c in controls(page.form, prefix="new", typed=typed, choices=choices, errors=errors, left_off=left_off)
    }
    about = page.about(standing, typed) if page.about and not errors.keys() & set(NAMING) else None
    for name in NAMING if about else ():
        made.pop(name, None)
    if "place_code" in made and not choices.has_places:
        del made["place_code"]
    placed = {name for _, names in page.groups for name in names}
    groups = [(title, [made[name] for name in names if name in made]) for title, names in page.groups]
    groups[0][1].extend(control for name, control in made.items() if name not in placed)
    register = page is REGISTER and bool(choices.channel)
    said = {
        "begin": page,
        "about": about,
        "kept": kept,
        "groups": groups,
        "once": uuid.uuid4(),
        "form_error": errors.get("", ""),
        "errors": errors,
        "refusal": refusal,
        "citation": citation,
        "channels": not page.by_channel or choices.channel,
        "beside": register,
        "batch": register,
        "known_places": cases.known_places(standing.actor) if register else (),
        **(_beside(standing, typed, choices) if register else {}),
    }
    return render(request, "subjects/new.html", said, status=status)
