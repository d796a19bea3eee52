"""A citizen follows a request and speaks in it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.attachments import queries as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.types import Act, OwnText, Stage
from bihuan.commitments import queries as commitments
from bihuan.commitments.types import Standing as Promised
from bihuan.dispatch import queries as dispatch
from bihuan.feedback import commands as feedback
from bihuan.feedback.types import Satisfied, Solved
from bihuan.floodgate.types import TooMany
from bihuan.intake import commands as intake
from bihuan.intake import queries as intake_queries
from bihuan.intake.types import Site
from bihuan.kernel.actor import Actor
from bihuan.kernel.doors import with_files
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Busy, Refused, Unknown
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.public import errors, gates
from bihuan.public.forms import (
    MOST_FILES,
    Addition,
    Contest,
    Evaluation,
    Files,
    Filled,
    Following,
    Objection,
    Withdrawal,
    files_before,
    files_of,
    fill,
    plain,
)
from bihuan.public.humans import Ticket
from bihuan.public.story import shown, story
from bihuan.public.views.entering import (
    UNSENT,
    forget,
    plainly,
    remember,
    requester_in,
    shown_to,
    standing,
    still_opens,
)
from bihuan.record import queries as record
from bihuan.record.commands import once
from bihuan.record.reading import gather
from bihuan.record.types import Done, Kept, KeyReused

AGAIN = gettext_lazy(
    "请再填一次诉求编号和查询码（浏览器只记住三十分钟）。您刚才写的还没有提交，内容仍在，进去后核对一下再提交；文件要重新选择。"
)
STILL_UNSENT = gettext_lazy("您刚才写的还没有提交，请核对后再提交；文件要重新选择。")
NOT_FOUND = gettext_lazy("诉求编号或查询码不对。请对照回执核对；忘了查询码的，用登记的电话拨打12345，核实后可以补发。")


@require_http_methods(["GET", "HEAD", "POST"])
@plainly
def follow(request: HttpRequest, place: str) -> HttpResponseBase:
    """Say whose case one follows: by its number and its query code."""
    site = intake_queries.public_site(place)
    if request.method != "POST":
        return _asking(request, site, {})
    typed = fill(Following, request.POST).typed
    number, code = plain(typed.get("number", "")), plain(typed.get("code", ""))
    if not number or not code:
        return _asking(request, site, typed, _("请填写诉求编号和查询码。"), status=422)
    try:
        taken = gates.look_up(request, place, number)
        with shown_to(request, Actor.requester(place, own=number)):
            who = intake_queries.requester_of(place, number, code)
    except TooMany as flood:
        answer = _asking(request, site, typed, errors.wait(flood), status=429)
        answer.headers["Retry-After"] = str(flood.seconds)
        return answer
    except Unknown:
        return _asking(request, site, typed, str(NOT_FOUND), status=422)
    gates.give_back(taken)
    response = _where_one_was(request, site, who)
    remember(response, place, who.own, code, secure=request.is_secure())
    return response


def _asking(
    request: HttpRequest, site: Site, typed: dict[str, Any], trouble: str = "", *, status: int = 200, act: str = ""
) -> HttpResponse:
    act = act or request.POST.get("act", "")
    unsent = fill(SAYINGS[act].form, request.POST).typed if act in SAYINGS else {}
    told = {
        "site": site,
        "place": site.place,
        "number": typed.get("number", ""),
        "trouble": trouble,
        "again": request.path if trouble and not unsent else "",
        "act": act if unsent else "",
        "unsent": unsent,
    }
    return render(request, "public/follow.html", told, status=status)


def _asked_again(request: HttpRequest, place: str, act: str) -> HttpResponse:
    """The browser remembers nobody any more: whoever spoke says again who they are, and keeps what they said."""
    response = _asking(request, intake_queries.public_site(place), {}, str(AGAIN), status=403, act=act)
    forget(response, place)
    return response


def _where_one_was(request: HttpRequest, site: Site, who: Actor) -> HttpResponseBase:
    """The case; with what was said there in the form again, where it was said by nobody whom the browser remembered."""
    act = request.POST.get("act", "")
    if act not in SAYINGS:
        return redirect(f"/p/{site.place.code}/case/")
    filled: Filled[Any] = Filled(fill(SAYINGS[act].form, request.POST).typed)
    with shown_to(request, who):
        tried = Tried(act, filled, trouble=str(STILL_UNSENT))
        return _page(request, standing(site.place, who), case_queries.own(who), tried)


@require_POST
@plainly
def leave(request: HttpRequest, place: str) -> HttpResponseBase:
    """Look no longer, on a browser that others use too."""
    response = redirect(f"/p/{place}/")
    forget(response, place)
    return response


@require_safe
@plainly
def case(request: HttpRequest, place: str) -> HttpResponseBase:
    """One's own case."""
    who = requester_in(request, place)
    if who is None:
        return redirect(f"/p/{place}/follow/")
    with shown_to(request, who.actor):
        own = case_queries.own(who.actor)
        return _page(request, who, own) if still_opens(request, place, own.query_mark) else _out(place)


def _out(place: str) -> HttpResponseBase:
    """The query code was renewed meanwhile: whoever has the new one comes in again."""
    response = redirect(f"/p/{place}/follow/")
    forget(response, place)
    return response


class Key(TypedDict):
    """By what `once` knows a form again."""

    account: str
    key: str
    request: bytes


@require_safe
@plainly
def file(request: HttpRequest, place: str, name: str) -> HttpResponseBase:
    """One's own photograph, or one with which the unit shows what it did."""
    who = requester_in(request, place)
    if who is None:
        return redirect(f"/p/{place}/follow/")
    with shown_to(request, who.actor):
        own = case_queries.own(who.actor)
        if not still_opens(request, place, own.query_mark):
            return _out(place)
        subject = case_queries.visible_facts(who.actor.own, who.actor).subject
        found = shown(record.events(subject), attachments.of("case", who.actor.own)).get(name)
        if found is None or not found.ready:
            raise Unknown(name)
        _ref, content = attachments.open(found.file.id)
    told = {"filename": found.file.name, "content_type": found.file.mime}
    response = FileResponse(content, as_attachment=not found.picture, **told)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True, slots=True)
class Tried:
    """What a requester tried to say, and why it did not succeed."""

    act: str
    filled: Filled[Any]
    files: Files = Files()  # noqa: RUF009 frozen
    trouble: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a requester may do in their case: its form, and the command that does it."""

    form: type[Fields]
    act: Act
    done: Callable[[Stage], str]
    """What the requester is told then, in the stage where the case is now."""
    with_files: bool = False


def _withdrawn(stage: Stage) -> str:
    return _("已把您的要求转给清单上的办理单位。") if stage is Stage.LISTED else _("已撤回。")


SAYINGS = {
    "supplement": Saying(Addition, Act.SUPPLEMENT, lambda stage: _("已补充，办理人员可以看到。"), with_files=True),
    "evaluate": Saying(Evaluation, Act.RECORD_CALLBACK, lambda stage: _("谢谢您的评价，已记录。")),
    "object": Saying(Objection, Act.CONTEST, lambda stage: _("您的异议已记录，由另一人核实后答复您。")),
    "withdraw": Saying(Withdrawal, Act.WITHDRAW, _withdrawn),
    "contest": Saying(Contest, Act.CONTEST_WITHDRAWAL, lambda stage: _("已恢复办理，正在重新分派。")),
}


@with_files
@require_POST
@plainly
def act(request: HttpRequest, place: str, act: str) -> HttpResponseBase:
    """Say something in one's own case; where it does not succeed the page says why and keeps what was typed."""
    who, saying = requester_in(request, place), SAYINGS.get(act)
    if saying is None:
        raise Unknown(act)
    if who is None:
        return _asked_again(request, place, act)
    with shown_to(request, who.actor):
        own = case_queries.own(who.actor)
        if still_opens(request, place, own.query_mark):
            return _act(request, who, own, act, saying)
    return _asked_again(request, place, act)


@require_POST
@plainly
def unsent(request: HttpRequest, place: str, act: str = "") -> HttpResponseBase:
    """The page again, with all that was typed: what came could not be taken for sent from a page of ours."""
    who, saying = requester_in(request, place), SAYINGS.get(act)
    if saying is None:
        typed = fill(Following, request.POST).typed
        return _asking(request, intake_queries.public_site(place), typed, str(UNSENT), status=403)
    if who is None:
        return _asked_again(request, place, act)
    with shown_to(request, who.actor):
        own = case_queries.own(who.actor)
        if not still_opens(request, place, own.query_mark):
            return _asked_again(request, place, act)
        return _page(request, who, own, Tried(act, fill(saying.form, request.POST), trouble=str(UNSENT)), status=403)


def _act(request: HttpRequest, who: Standing, own: OwnText, act: str, saying: Saying) -> HttpResponseBase:
    filled, place = fill(saying.form, request.POST), who.jurisdiction.code
    show = partial(_page, request, who, own)
    try:
        if filled.fields is not None and record.kept(**_key(request, who, act, filled.fields)):
            return _done(request, who, saying)
        taken = gates.take_all((gates.ACT, f"{place} {who.actor.own}"))
    except TooMany as flood:
        return show(Tried(act, filled, files_before(request, who), errors.wait(flood)), status=429)
    except KeyReused:
        return show(Tried(act, filled, Files(), _("这份表单已经提交过，没有重复登记。")), status=409)
    files = files_of(request, who) if saying.with_files and _may(who, act) else Files()
    tried = partial(Tried, act, filled, files)
    if filled.fields is None or files.error:
        gates.give_back(taken)
        return show(tried(trouble=_("有几处需要改正，见下面红字。")), status=422)
    try:
        _say(request, who, act, filled.fields, files)
    except KeyReused:
        return show(tried(trouble=_("这份表单已经提交过，没有重复登记。")), status=409)
    except Refused as refused:
        if isinstance(filled.fields, Evaluation) and not isinstance(refused, Busy):
            # the page tells what was recorded, and how to object
            return show(tried(trouble=_("您的评价没有记下：受理单位已经登记了回访，或者正在办别的一步。")), status=409)
        citation = pack(refused.pack or who.jurisdiction.pack).cite(refused.refusal.norm).words
        return show(tried(trouble=_(refused.refusal.reason), citation=citation), status=409)
    return _done(request, who, saying)


def _done(request: HttpRequest, who: Standing, saying: Saying) -> HttpResponseBase:
    facts = case_queries.visible_facts(who.actor.own, who.actor)
    messages.success(request, saying.done(facts.stage))
    return redirect(f"/p/{who.jurisdiction.code}/case/")


def _may(who: Standing, act: str) -> bool:
    """Whether the act can be done now, before its files are looked into; the command asks again."""
    facts = case_queries.visible_facts(who.actor.own, who.actor)
    offered = next((o for o in cases.LIFE.offers(facts, who.actor, who.now) if o.act == SAYINGS[act].act), None)
    return offered is not None and offered.refusal is None


def _say(request: HttpRequest, who: Standing, act: str, fields: Fields, files: Files) -> None:
    """A form that is sent twice says one thing."""

    def write() -> Kept:
        done = _command(fields, files)(number=who.actor.own, actor=who.actor, now=who.now)
        return Kept(200, json.dumps([done.number, done.version]))

    once(**_key(request, who, act, fields), at=timezone.now(), write=write)


def _key(request: HttpRequest, who: Standing, act: str, fields: Fields) -> Key:
    """By what a form is known again that is sent twice."""
    ticket = Ticket.read(request.POST.get("ticket", ""), who.jurisdiction.code, timezone.now().timestamp())
    visit = (ticket or Ticket.issue(who.jurisdiction.code, 0)).visit
    said = hashlib.sha256(fields.model_dump_json().encode()).digest()
    return {"account": who.actor.account, "key": f"{act} {visit}", "request": said}


def _command(fields: Fields, files: Files) -> Callable[..., Done]:
    match fields:
        case Addition():
            return partial(intake.supplement, fields=fields.supplement(files.ids))
        case Evaluation():
            return partial(feedback.record_callback, fields=fields.callback())
        case Objection():
            return partial(feedback.contest, fields=fields.contest())
        case Withdrawal():
            return partial(intake.withdraw, fields=fields.withdraw())
        case Contest():
            return partial(intake.contest_withdrawal, fields=fields.contest())
    raise AssertionError("every form of a requester has its command")


def _page(
    request: HttpRequest, who: Standing, own: OwnText, tried: Tried | None = None, *, status: int = 200
) -> HttpResponse:
    facts = case_queries.visible_facts(who.actor.own, who.actor)
    offers = {offer.act: offer for offer in cases.LIFE.offers(facts, who.actor, who.now) if offer.mine}
    answers, kept = gather(dispatch.answers_of(facts.number), attachments.reading_of("case", facts.number))
    told = {
        "place": who.jurisdiction,
        "again": f"/p/{who.jurisdiction.code}/case/" if tried else "",
        "case": facts,
        "own": own,
        "story": story(facts, own, record.events(facts.subject), answers, kept, now=who.now),
        "promises": [c for c in commitments.of_subject(facts.subject) if c.standing is not Promised.DRAFT],
        "tried": tried,
        "ticket": Ticket.issue(who.jurisdiction.code, timezone.now().timestamp()),
        "may": {name: offer.refusal is None for name, s in SAYINGS.items() if (offer := offers.get(str(s.act)))},
        "solved": list(Solved),
        "satisfied": list(Satisfied),
        "most_files": MOST_FILES,
    }
    return render(request, "public/case.html", told, status=status)
