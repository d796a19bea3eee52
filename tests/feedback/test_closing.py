"""A case is closed as what its requester says it is, or it is said why not."""

import pytest

from bihuan.cases.types import Act
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms
from tests.towns import Town
from tests.walks import TO_CALLBACK, Walk


@pytest.mark.parametrize(
    ("solved", "closure", "words"),
    [
        ("yes", "EXPLAINED", "已解决"),
        ("yes", "PARTIAL", "已解决"),
        ("partly", "SOLVED", "部分解决"),
        ("no", "PARTIAL", "未解决"),
    ],
)
def test_what_differs_from_what_the_requester_says_has_a_reason(
    solved: str, closure: str, words: str, wendeng: Town
) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK)
    walk.do(Act.RECORD_CALLBACK, solved=solved, satisfied="yes")
    with pytest.raises(Refused, match=f"诉求人在回访中说“{words}”") as refused:
        walk.do(Act.CLOSE, closure=closure)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.CALLBACK, "note")
    done = walk.do(Act.CLOSE, closure=closure, note="另一路段须待下一年度改造。")
    assert done.sentence.endswith(f"（与诉求人所说的“{words}”不一致，已说明理由）")


@pytest.mark.parametrize(("solved", "closure"), [("yes", "SOLVED"), ("partly", "PARTIAL"), ("no", "EXPLAINED")])
def test_what_agrees_has_none(solved: str, closure: str, wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK)
    walk.do(Act.RECORD_CALLBACK, solved=solved, satisfied="yes")
    assert "不一致" not in walk.do(Act.CLOSE, closure=closure).sentence
