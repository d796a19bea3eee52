"""A reason against somebody tells something, wherever an act gives back, refuses or ends."""

import pytest
from pydantic import TypeAdapter, ValidationError

from bihuan.kernel.fields import Why, WhyIfAny
from bihuan.kernel.stages import Weight
from bihuan.record.commands import ACTS
from bihuan.subjects.registry import REGISTRY

SAID = "请写明具体理由"
NOT_AGAINST_ANYBODY = {
    ("case", "withdraw"): "诉求人撤回自己的诉求",
}
"""What lies on the other side of the table and yet is done against nobody."""
REFUSES = ("refuse", "deny", "reject", "send_back", "drop", "void", "take_back", "revoke", "return")


@pytest.mark.parametrize(
    "text",
    ["", "  ", "同意", "无", "1", "12345", "。。。。。", "无无无无无", "同意同意同意", "1、2、3。", "不行！！！"],
)
def test_what_tells_nothing_is_no_reason(text: str) -> None:
    with pytest.raises(ValidationError, match="请填写" if not text else SAID):
        TypeAdapter(Why).validate_python(text)


@pytest.mark.parametrize("text", ["重复登记。", "已经办结。", "不属于本单位职责", "Not ours", "缺2张照片。"])
def test_a_short_sentence_is_one(text: str) -> None:
    assert TypeAdapter(Why).validate_python(text) == text


def test_where_it_may_be_left_out_it_is_asked_only_of_what_is_said() -> None:
    assert TypeAdapter(WhyIfAny).validate_python("") == ""
    with pytest.raises(ValidationError, match=SAID):
        TypeAdapter(WhyIfAny).validate_python("无")


def test_every_act_against_somebody_asks_for_such_a_reason() -> None:
    asked, lax = set(), set()
    for kind in REGISTRY:
        for move in kind.table.moves:
            act = (kind.word, str(move.act))
            against = move.weight is Weight.AGAINST or str(move.act).startswith(REFUSES)
            if act not in ACTS or not against or act in NOT_AGAINST_ANYBODY:
                continue
            field = ACTS[act].fields.model_fields.get("reason")
            if field is None:
                continue
            asked.add(act)
            try:
                TypeAdapter(field.rebuild_annotation()).validate_python("无")
            except ValidationError:
                continue
            lax.add(act)
    assert lax == set()
    assert len(asked) > 30
