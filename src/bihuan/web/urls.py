"""Addresses of the pages: nouns and acts."""

from django.urls import path, register_converter

from bihuan.web.views import account, desk, intake, ledgers, look, matters, subject


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
    path("sign-out/", account.sign_out),
    path("look/", look.choose),
    path("training/clock/", account.advance_clock),
    path("dispatch/", desk.dispatch_desk),
    path("cases/", ledgers.ledger),
    path("cases/new/", intake.register),
    path("cases/<number:number>/", subject.show, {"kind": "case"}),
    path("cases/<number:number>/acts/<slug:act>/", subject.act, {"kind": "case"}),
    path("cases/<number:number>/requester/", subject.unmask, {"kind": "case"}),
    path("matters/", matters.ledger),
    path("matters/new/", intake.report),
    path("matters/months/", matters.months),
    path("matters/<number:number>/", subject.show, {"kind": "matter"}),
    path("matters/<number:number>/acts/<slug:act>/", subject.act, {"kind": "matter"}),
    path("matters/<number:number>/requester/", subject.unmask, {"kind": "matter"}),
    path("matters/<number:number>/slip/", matters.slip),
    path("attachments/<int:id>/", ledgers.attachment),
    path("regulations/", ledgers.regulation),
    path("regulations/<slug:pack_id>/", ledgers.regulation),
    path("units/", ledgers.units),
]
