"""Every act has a form that a person can fill in."""

from types import SimpleNamespace

import pytest

from bihuan.dispatch.types import Answer, Dispatch, RequestExtension, RequestReturn
from bihuan.feedback.types import RecordCallback
from bihuan.intake.types import Register
from bihuan.record.commands import ACTS, Act
from bihuan.subjects.registry import REGISTRY
from bihuan.web.forms import Choice, Typed, controls, fill

CHOICES = SimpleNamespace(
    unit=(Choice("u1", "住建局"),),
    units=(Choice("u1", "住建局"),),
    member=(Choice("u1", "住建局"),),
    topic=(Choice("G01", "燃气泄漏"),),
    channel=(Choice("c", "热线"),),
    situation=(Choice("1", "推诿扯皮"),),
)
WIDGETS = {"text", "unit", "units", "member", "topic", "channel", "attachments"}
KNOWN = WIDGETS | {
    "ground",
    "urgency",
    "category",
    "situation",
    "line",
    "select",
    "whether",
    "check",
    "moment",
    "place",
    "colleague",
    "day",
    "number",
    "any_unit",
    "any_units",
    "leader",
    "lines",
}


def shown(form: type) -> dict:
    return {c.name: c for c in controls(form, prefix="x", typed=Typed(), choices=CHOICES)}


@pytest.mark.parametrize("act", list(ACTS.values()), ids=lambda act: f"{act.subject}-{act.word}")
def test_every_field_of_every_act_has_a_control_with_a_chinese_label(act: Act) -> None:
    assert act.subject in REGISTRY
    for control in shown(act.fields).values():
        assert control.kind in KNOWN
        assert any("一" <= letter <= "鿿" for letter in control.label), (control.name, control.label)
        assert control.choices or control.kind not in ("select", "whether", "unit", "units", "channel", "situation")


def test_controls_follow_the_kind_of_the_field() -> None:
    dispatch, answer, callback = shown(Dispatch), shown(Answer), shown(RecordCallback)
    assert [dispatch[n].kind for n in ("lead", "co_units", "basis_kind", "basis")] == [
        "unit",
        "units",
        "select",
        "text",
    ]
    assert [answer[n].kind for n in ("truthful", "feedback_at", "attachments")] == ["check", "moment", "attachments"]
    assert callback["facts_true"].kind == "whether"
    assert (shown(RequestReturn)["suggested_unit"].kind, shown(RequestReturn)["contacted_at"].required) == (
        "unit",
        True,
    )
    days = shown(RequestExtension)["days"]
    assert (days.kind, days.minimum, days.maximum) == ("number", 1, 9999)
    assert shown(Register)["title"].max_length == 200


def test_a_form_that_nobody_sent_begins_with_its_defaults_and_a_sent_one_with_what_was_typed() -> None:
    assert shown(Register)["callback_wanted"].value == "on"
    sent = Typed({"title": ["路灯"]}, posted=True)
    again = {c.name: c for c in controls(Register, prefix="x", typed=sent, choices=CHOICES)}
    assert (again["title"].value, again["callback_wanted"].value) == ("路灯", "")


def test_what_is_wrong_is_told_in_chinese_beside_its_field() -> None:
    typed = Typed({"lead": [""], "basis_kind": ["?"], "basis": ["  "]}, posted=True)
    wrong = fill(Dispatch, typed).errors
    assert wrong["lead"] == "请选择"
    assert "属地" in wrong["basis_kind"]
    assert wrong["basis"] == "请填写"
    late = fill(RequestReturn, Typed({"contacted_at": ["yesterday"]}, posted=True)).errors
    assert late["contacted_at"] == "时间看不懂"


def test_a_moment_typed_without_a_zone_is_local() -> None:
    typed = Typed(
        {
            "basis": ["三定规定第三条"],
            "contacted": ["王"],
            "contact_method": ["phone"],
            "contacted_at": ["2025-03-03T09:30"],
        },
        posted=True,
    )
    filled = fill(RequestReturn, typed)
    assert filled.fields is not None
    assert filled.fields.contacted_at.isoformat() == "2025-03-03T09:30:00+08:00"
