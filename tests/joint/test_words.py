"""What a refusal of joint handling names."""

import pytest

from bihuan.joint import rules
from bihuan.joint.types import Kind


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_what_still_goes_on_is_named_and_nothing_else(kind: Kind) -> None:
    refusal = rules.may_report_result(going_on=(kind,))
    assert refusal is not None
    assert [one for one in Kind if one.label in refusal.reason] == [kind]
