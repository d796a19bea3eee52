"""What a refusal of administration names."""

from bihuan.organisations import rules
from bihuan.policy.loader import pack
from bihuan.policy.pack import Capacity

WENDENG = pack("wendeng-2021-10")


def test_the_types_of_unit_that_handle_are_named_and_no_others() -> None:
    kind = next(one for one in WENDENG.unit_types.values() if Capacity.HANDLING not in one.capacities)
    refusal = rules.may_be_entered("某单位", kind.code, pack=WENDENG, field="lead")
    assert refusal is not None
    able = [one.label for one in WENDENG.unit_types.values() if Capacity.HANDLING in one.capacities]
    assert refusal.reason.endswith(f"可以承办的单位类型：{'、'.join(able)}。")
