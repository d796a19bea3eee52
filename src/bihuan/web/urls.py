"""Addresses of the pages: nouns and acts."""

from django.urls import URLPattern, path, register_converter

from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY
from bihuan.web.views import (
    account,
    accounts,
    administration,
    assessment,
    bodies,
    bulletins,
    carriers,
    charts,
    clues,
    commitments,
    desk,
    determination,
    documents,
    drafts,
    duties,
    figures,
    instructions,
    intake,
    joint,
    ledger,
    ledgers,
    look,
    mailbags,
    matters,
    meetings,
    mine,
    notices,
    operations,
    places,
    privacy,
    regulations,
    rhythms,
    sso,
    subject,
    subscribing,
    supervision,
    versions,
    webhooks,
    workbook,
)


class Number:
    """Numbers of cases and matters."""

    regex = r"[0-9A-Za-z._\-]{1,64}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class RunId:
    """The id of something that a job carries out: 32 hexadecimal digits."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Number, "number")
register_converter(RunId, "run")


def _ledger(which: str, folder: str) -> list[URLPattern]:
    """The pages of a ledger."""
    said = {"which": which}
    return [
        path(f"{folder}/", ledger.show, said),
        path(f"{folder}/count/", ledger.count, said),
        path(f"{folder}/views/", ledger.save_view, said),
        path(f"{folder}/export/", ledger.ask_export, said),
    ]


def _subject(kind: Kind) -> list[URLPattern]:
    """The pages of whatever has a stage."""
    one, said = f"{kind.folder}/<number:number>/", {"kind": kind.word}
    return [
        path(one, subject.show, said),
        path(f"{one}acts/<slug:act>/", subject.act, said),
        path(f"{one}chart/", charts.of_subject, said),
        path(f"{one}documents/", documents.of, said),
        path(f"{one}documents/<str:code>/", documents.draw_up, said),
        path(f"{one}documents/<int:id>/again/", documents.try_again, said),
    ]


urlpatterns = [
    path("", desk.workbench),
    path("sign-in/", account.sign_in),
    path("sign-in/code/", account.code),
    path("sign-in/sso/", sso.begin),
    path("sign-in/sso/back/", sso.back),
    path("sign-out/", account.sign_out),
    path("look/", look.choose),
    path("account/", mine.page),
    path("account/password/", mine.password),
    path("account/second-factor/", mine.second_factor),
    path("account/recovery-codes/", mine.recovery_codes),
    path("account/sign-ins/<int:id>/end/", mine.end_sign_in),
    path("account/sign-out-everywhere/", mine.sign_out_everywhere),
    path("account/tokens/", mine.issue_token),
    path("account/tokens/renew/", mine.renew_token),
    path("account/tokens/revoke/", mine.revoke_token),
    path("accounts/", accounts.page),
    path("accounts/<str:account>/<slug:act>/", accounts.act),
    path("training/clock/", account.advance_clock),
    path("dispatch/", desk.dispatch_desk),
    path("dispatch/recall/", desk.recall),
    path("drafts/", drafts.keep),
    path("drafts/drop/", drafts.drop),
    *_ledger("case", "cases"),
    path("cases/by-requester/", ledger.find_by_requester),
    path("views/<int:id>/drop/", ledger.drop_view),
    path("exports/", ledger.exports),
    path("exports/<int:id>/", ledger.export),
    path("exports/<int:id>/file/", ledger.fetch_export),
    path("cases/new/", intake.register),
    path("cases/new/beside/", intake.beside),
    path("cases/import/", mailbags.page),
    path("cases/import/<int:id>/", mailbags.one),
    path("cases/import/<int:id>/<slug:which>/", mailbags.fetch),
    path("cases/<number:number>/requester/", subject.unmask, {"kind": "case"}),
    path("cases/<number:number>/privacy/", privacy.of_case),
    path("cases/<number:number>/privacy/<slug:word>/", privacy.do),
    path("looks/", privacy.looks),
    *_ledger("matter", "matters"),
    path("matters/new/", intake.report),
    path("matters/months/", matters.months),
    path("matters/<number:number>/requester/", subject.unmask, {"kind": "matter"}),
    path("matters/<number:number>/slip/", matters.slip),
    path("linkages/", joint.desk, {"which": "linkage"}),
    *_ledger("joint", "joint"),
    path("figures/", assessment.show),
    path("figures/rows/", assessment.rows),
    path("figures/export/", assessment.ask_export),
    path("joint/figures/", figures.show),
    path("joint/figures/export/", figures.ask_export),
    path("joint/portfolios/", joint.portfolios),
    path("joint/<number:number>/", joint.either),
    path("whistles/", joint.desk, {"which": "whistle"}),
    path("determinations/", determination.desk),
    path("determinations/contacts/", determination.contacts),
    path("referrals/", determination.referrals),
    path("commitments/", commitments.ledger),
    path("commitments/<number:number>/", commitments.one),
    path("supervision/", supervision.desk),
    path("supervision/calendar/", supervision.calendar),
    path("supervision/calendar/<str:token>.ics", subscribing.subscription),
    path("supervision/urge/", supervision.urge),
    path("supervision/remind/", supervision.remind),
    path("supervision/order/", supervision.order),
    path("supervision/coloured/", supervision.register_coloured),
    path("coloured/", supervision.sent, {"which": "coloured"}),
    path("orders/", supervision.sent, {"which": "ordering"}),
    path("urges/", supervision.sent, {"which": "urging"}),
    path("reminders/", supervision.sent, {"which": "reminder"}),
    path("clues/", clues.listed),
    path("clues/open/", clues.open_one),
    path("instructions/", instructions.listed),
    path("instructions/enter/", instructions.enter),
    path("instructions/call-in/", instructions.call_in),
    path("instructions/give/", instructions.give),
    path("leading-group/", bodies.show),
    path("leading-group/<slug:seat>/", bodies.place),
    path("bulletins/", bulletins.listed),
    path("meetings/", meetings.listed),
    path("meetings/call/", meetings.call),
    path("rhythms/", rhythms.listed),
    path("rhythms/training/", rhythms.log, {"what": "training"}),
    path("rhythms/briefing/", rhythms.log, {"what": "briefing"}),
    path("rhythms/review/", rhythms.log, {"what": "review"}),
    path("whistles/topics/", joint.topics),
    path("whistles/topics/<slug:act>/", joint.keep_topic),
    path("whistles/liaisons/", joint.liaisons),
    path("attachments/<int:id>/", ledgers.attachment),
    path("duties/<int:id>/", duties.show),
    path("notices/", notices.page),
    path("notices/count/", notices.count),
    path("notices/read/", notices.read),
    path("notices/preferences/", carriers.own),
    path("regulations/", regulations.regulation),
    path("regulations/versions/", versions.versions),
    path("regulations/limits/", regulations.limits),
    path("regulations/limits/<int:id>/end/", regulations.end_adjustment),
    path("regulations/calendar/", regulations.calendar),
    path("regulations/calendar/<int:year>/", regulations.calendar),
    path("regulations/<slug:pack_id>/", regulations.regulation),
    path("regulations/<slug:pack_id>/duties/", regulations.duties),
    path("regulations/<slug:pack_id>/charts/<slug:word>/", charts.of_regulation),
    path("carriers/", carriers.page),
    path("webhooks/", webhooks.page),
    path("webhooks/<int:id>/", webhooks.one),
    path("operations/", operations.page),
    path("operations/jobs/<int:id>/retry/", operations.retry),
    path("units/", administration.units),
    path("dossiers/", clues.dossiers),
    path("dossiers/<str:code>/", clues.dossier),
    path("units/at/<str:code>/", administration.unit),
    path("units/at/<str:code>/score/", assessment.score),
    path("units/people/", administration.people),
    path("units/people/<str:account>/", administration.person),
    path("places/", places.find),
    path("units/channels/", administration.channels),
    path("units/opening/", administration.opening),
    path("units/workbook/", workbook.page),
    path("units/workbook/<run:id>/", workbook.one),
    path("units/workbook/<slug:which>/", workbook.fetch),
    path("units/places/", places.page),
    path("units/places/<str:code>/", places.one),
    path("units/responsibilities/", administration.responsibilities),
    path("units/responsibilities/<str:code>/", administration.responsibility),
    *(one for kind in REGISTRY for one in _subject(kind)),  # the last, for a number may be any word
]
