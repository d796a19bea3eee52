"""What of several fields does not go together is told at once with what is wrong by itself, each beside its field."""

import ast
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bihuan.api.training import Advance
from bihuan.dispatch.types import Answer
from bihuan.duties.forms import Notice
from bihuan.feedback.types import RecordCallback
from bihuan.intake.types import Register, RegisterAsked
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields
from bihuan.matters.types.forms import DraftFeedback
from bihuan.public.forms import Submission, Withdrawal
from tests.architecture.sources import modules

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
REQUEST = {"channel": "hotline", "title": "路灯", "content": "不亮"}
ANSWER = {"to_requester": "修好了", "to_platform": "修好了", "truthful": True}
NOTICE = {"year": 2027, "notice": "通知"}


@pytest.mark.parametrize(
    ("form", "said", "blamed"),
    [
        (Register, REQUEST, {"name", "phone"}),
        (Register, {**REQUEST, "name": "王某"}, {"phone"}),
        (Register, {**REQUEST, "phone": "13800001234"}, {"name"}),
        (Register, {**REQUEST, "contact_alt": "U0042"}, set()),
        (Register, {}, {"channel", "title", "content", "name", "phone"}),
        (Register, {**REQUEST, "phone": "12"}, {"name", "phone"}),
        (Register, {**REQUEST, "contact_alt": "长" * 201}, {"contact_alt"}),
        (Register, {**REQUEST, "anonymous": True}, set()),
        (Register, {**REQUEST, "anonymous": True, "name": "王某", "address": "某路"}, {"name", "address"}),
        (Register, {"anonymous": True, "name": "王某"}, {"channel", "title", "content", "name"}),
        (RegisterAsked, {"secrecy_requested": True}, {"channel", "title", "content", "name", "phone", "accused_none"}),
        (RegisterAsked, {**REQUEST, "contact_alt": "U1", "secrecy_requested": True, "accused": ("a",)}, set()),
        (Submission, {"name": "王某"}, {"content", "appeal_type", "phone"}),
        (Submission, {"phone": "13800001234"}, {"content", "appeal_type", "name"}),
        (Submission, {"secrecy": True, "name": "王某"}, {"content", "appeal_type", "phone", "accused_none"}),
        (Submission, {"content": "灯", "appeal_type": "HELP", "phone": "12"}, {"phone"}),
        (Withdrawal, {}, {"reason", "sure"}),
        (Answer, {"feedback_method": "phone"}, {*ANSWER, "feedback_at", "feedback_by"}),
        (Answer, {**ANSWER, "feedback_by": "王某"}, {"feedback_method"}),
        (Answer, {**ANSWER, "feedback_method": "through_desk"}, set()),
        (Answer, ANSWER, set()),
        (DraftFeedback, {"told_method": "phone"}, {"result", "told_at"}),
        (DraftFeedback, {"result": "好", "told_method": "phone", "told_at": AT}, set()),
        (DraftFeedback, {"result": "好", "told_method": None, "told_at": AT}, {"told_method"}),
        (DraftFeedback, {"result": "好", "told_method": None, "told_at": None}, set()),
        (RecordCallback, {"reached": True}, {"solved", "satisfied"}),
        (RecordCallback, {"reached": True, "solved": "yes"}, {"satisfied"}),
        (RecordCallback, {"reached": False, "solved": "yes"}, {"solved"}),
        (RecordCallback, {"reached": False}, set()),
        (Notice, {"year": 2027, "holidays": "2026-10-01 国庆节"}, {"notice", "holidays"}),
        (Notice, {**NOTICE, "holidays": "2027-10-01 国庆节", "workdays": "2027-10-01"}, {"workdays"}),
        (Notice, {"holidays": "2027-10-01 国庆节", "workdays": "2027-10-01"}, {"year", "notice", "workdays"}),
        (Advance, {}, {"to"}),
        (Advance, {"advance": "P1D", "to": AT}, {"to"}),
        (Advance, {"advance": "soon"}, {"advance"}),
    ],
)
def test_all_is_told_in_the_first_round_and_beside_its_field(
    form: type[Fields], said: dict[str, object], blamed: set[str]
) -> None:
    if not blamed:
        assert form.model_validate(said)
        return
    with pytest.raises(ValidationError) as wrong:
        form.model_validate(said)
    found = complaints(wrong.value, form)
    assert sorted(one.field for one in found) == sorted(blamed)
    assert all(one.label and one.text for one in found)


def test_no_form_keeps_what_goes_together_for_a_second_round() -> None:
    """A validator of the whole form runs only once every field is sound, and blames none."""
    own = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("model_validator")
    }
    assert own == {"bihuan.kernel.fields"}
