"""Addresses of the pages: nouns and acts."""

from django.urls import path, register_converter

from bihuan.web.views import (
    account,
    accounts,
    administration,
    charts,
    desk,
    documents,
    intake,
    joint,
    ledger,
    ledgers,
    look,
    matters,
    mine,
    operations,
    privacy,
    regulations,
    sso,
    subject,
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


register_converter(Number, "number")

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
    path("account/tokens/revoke/", mine.revoke_token),
    path("accounts/", accounts.page),
    path("accounts/<str:account>/<slug:act>/", accounts.act),
    path("training/clock/", account.advance_clock),
    path("dispatch/", desk.dispatch_desk),
    path("cases/", ledger.show, {"which": "case"}),
    path("cases/count/", ledger.count, {"which": "case"}),
    path("cases/views/", ledger.save_view, {"which": "case"}),
    path("cases/export/", ledger.ask_export, {"which": "case"}),
    path("cases/by-phone/", ledger.find_by_phone),
    path("views/<int:id>/drop/", ledger.drop_view),
    path("exports/", ledger.exports),
    path("exports/<int:id>/", ledger.export),
    path("exports/<int:id>/file/", ledger.fetch_export),
    path("cases/new/", intake.register),
    path("cases/new/beside/", intake.beside),
    path("cases/<number:number>/", subject.show, {"kind": "case"}),
    path("cases/<number:number>/acts/<slug:act>/", subject.act, {"kind": "case"}),
    path("cases/<number:number>/requester/", subject.unmask, {"kind": "case"}),
    path("cases/<number:number>/chart/", charts.of_subject, {"kind": "case"}),
    path("cases/<number:number>/documents/", documents.of, {"kind": "case"}),
    path("cases/<number:number>/documents/<str:code>/", documents.draw_up, {"kind": "case"}),
    path("cases/<number:number>/documents/<int:id>/again/", documents.try_again, {"kind": "case"}),
    path("cases/<number:number>/privacy/", privacy.of_case),
    path("cases/<number:number>/privacy/<slug:word>/", privacy.do),
    path("looks/", privacy.looks),
    path("matters/", ledger.show, {"which": "matter"}),
    path("matters/count/", ledger.count, {"which": "matter"}),
    path("matters/views/", ledger.save_view, {"which": "matter"}),
    path("matters/export/", ledger.ask_export, {"which": "matter"}),
    path("matters/new/", intake.report),
    path("matters/months/", matters.months),
    path("matters/<number:number>/", subject.show, {"kind": "matter"}),
    path("matters/<number:number>/acts/<slug:act>/", subject.act, {"kind": "matter"}),
    path("matters/<number:number>/requester/", subject.unmask, {"kind": "matter"}),
    path("matters/<number:number>/chart/", charts.of_subject, {"kind": "matter"}),
    path("matters/<number:number>/documents/", documents.of, {"kind": "matter"}),
    path("matters/<number:number>/documents/<str:code>/", documents.draw_up, {"kind": "matter"}),
    path("matters/<number:number>/documents/<int:id>/again/", documents.try_again, {"kind": "matter"}),
    path("matters/<number:number>/slip/", matters.slip),
    path("linkages/", joint.desk, {"which": "linkage"}),
    path("linkages/<number:number>/", subject.show, {"kind": "linkage"}),
    path("linkages/<number:number>/chart/", charts.of_subject, {"kind": "linkage"}),
    path("linkages/<number:number>/documents/", documents.of, {"kind": "linkage"}),
    path("linkages/<number:number>/documents/<str:code>/", documents.draw_up, {"kind": "linkage"}),
    path("linkages/<number:number>/documents/<int:id>/again/", documents.try_again, {"kind": "linkage"}),
    path("linkages/<number:number>/acts/<slug:act>/", subject.act, {"kind": "linkage"}),
    path("whistles/", joint.desk, {"which": "whistle"}),
    path("whistles/topics/", joint.topics),
    path("whistles/topics/<slug:act>/", joint.keep_topic),
    path("whistles/liaisons/", joint.liaisons),
    path("whistles/<number:number>/", subject.show, {"kind": "whistle"}),
    path("whistles/<number:number>/chart/", charts.of_subject, {"kind": "whistle"}),
    path("whistles/<number:number>/documents/", documents.of, {"kind": "whistle"}),
    path("whistles/<number:number>/documents/<str:code>/", documents.draw_up, {"kind": "whistle"}),
    path("whistles/<number:number>/documents/<int:id>/again/", documents.try_again, {"kind": "whistle"}),
    path("whistles/<number:number>/acts/<slug:act>/", subject.act, {"kind": "whistle"}),
    path("attachments/<int:id>/", ledgers.attachment),
    path("regulations/", regulations.regulation),
    path("regulations/limits/", regulations.limits),
    path("regulations/limits/<int:id>/end/", regulations.end_adjustment),
    path("regulations/calendar/", regulations.calendar),
    path("regulations/calendar/<int:year>/", regulations.calendar),
    path("regulations/<slug:pack_id>/", regulations.regulation),
    path("regulations/<slug:pack_id>/duties/", regulations.duties),
    path("regulations/<slug:pack_id>/charts/<slug:word>/", charts.of_regulation),
    path("operations/", operations.page),
    path("operations/jobs/<int:id>/retry/", operations.retry),
    path("units/", administration.units),
    path("units/at/<str:code>/", administration.unit),
    path("units/people/", administration.people),
    path("units/people/<str:account>/", administration.person),
    path("units/responsibilities/", administration.responsibilities),
    path("units/responsibilities/<str:code>/", administration.responsibility),
]
