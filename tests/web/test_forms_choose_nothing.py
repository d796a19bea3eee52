"""No page says for anybody what is so: nothing that states a fact or decides something is chosen beforehand."""

from types import SimpleNamespace
from typing import Any

import pytest

from bihuan.kernel.fields import Fields
from bihuan.record.commands import ACTS
from bihuan.web.forms import Control, Typed, controls, fill

MAY_STAND_CHOSEN = {
    "Register.urgency",
    "Register.callback_wanted",
    "BlowWhistle.whistle_type",
    "BlowWhistle.filing",
}
"""Each field says in the form why (`chosen_because`); nothing else may."""
FORMS = sorted({act.fields for act in ACTS.values()}, key=lambda form: (form.__module__, form.__name__))
NOBODY: Any = SimpleNamespace()
"""What can be chosen where the choice is not in the form itself: nothing here."""


def shown(form: type[Fields]) -> tuple[Control, ...]:
    return controls(form, prefix="f", typed=Typed(), choices=NOBODY)


def stands_chosen(control: Control) -> bool:
    """Whether a control says something although nobody did."""
    if control.kind in ("select", "whether"):
        return any(choice.chosen and choice.value for choice in control.choices)
    return control.kind == "check" and bool(control.value)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.__module__.split('.')[1]}.{form.__name__}")
def test_nothing_stands_chosen_but_what_says_why(form: type[Fields]) -> None:
    chosen = {f"{form.__name__}.{control.name}" for control in shown(form) if stands_chosen(control)}
    assert chosen <= MAY_STAND_CHOSEN


def test_what_may_stand_chosen_does_and_says_why() -> None:
    found = {
        f"{form.__name__}.{name}"
        for form in FORMS
        for name, info in form.model_fields.items()
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("chosen_because")
    }
    assert found == MAY_STAND_CHOSEN


@pytest.mark.parametrize(
    ("subject", "act", "name"),
    [
        ("case", "answer", "outcome"),
        ("case", "close", "closure"),
        ("case", "approve_return", "wrong_dispatch"),
        ("matter", "draft_feedback", "outcome"),
    ],
)
def test_what_nobody_chose_is_asked_for_on_a_page_and_may_be_left_out_over_the_api(
    subject: str, act: str, name: str
) -> None:
    form = ACTS[(subject, act)].fields
    assert not form.model_fields[name].is_required(), "callers of the API may leave it out, as documented"
    assert fill(form, Typed({}, posted=True)).errors[name] == "请选择"
    (control,) = (control for control in shown(form) if control.name == name)
    assert control.required
    assert control.choices[0].label == "请选择"
    value = next(choice.value for choice in control.choices if choice.value)
    assert name not in fill(form, Typed({name: [value]}, posted=True)).errors
