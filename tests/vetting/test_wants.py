"""What a norm wants is declared beside the code that uses it, and nothing is used that is not declared."""

import re

from bihuan.accountability.types import ClueFacts
from bihuan.bulletins.types import BulletinFacts
from bihuan.cases.types import CaseFacts
from bihuan.determination.types import DeterminationFacts, ReferralFacts
from bihuan.instructions.types import InstructionFacts
from bihuan.joint.types import JointFacts, Kind
from bihuan.kernel.norm import WANTED
from bihuan.matters.types import MatterFacts
from bihuan.meetings.types import MeetingFacts
from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import SELECTORS
from bihuan.rhythm.types import RhythmFacts
from bihuan.supervision.types import DirectiveFacts
from bihuan.vetting import engine
from bihuan.vetting.check import OPTIONAL
from bihuan.vetting.specimens import plain
from bihuan.vetting.wants import CALLED, KNOWN
from tests.architecture.sources import SOURCE

ASKED_FOR = re.compile(r"""(?:pack\.limit|limit_for)\(\s*(?:"(\w+)"|LimitName\.(\w+)|([A-Z_]{2,})\b)""")


def declared() -> set[str]:
    engine.know_rules()
    by_rules = {name for wants in WANTED.values() for name in wants.limits}
    return by_rules | {spec.limit for subject in engine.subjects() for spec in subject.duties.values()} | OPTIONAL


def test_every_limit_that_the_code_asks_a_pack_for_is_declared() -> None:
    asked = {
        literal or (LimitName[name].value if name else constant.lower())
        for path in SOURCE.rglob("*.py")
        for literal, name, constant in ASKED_FOR.findall(path.read_text(encoding="utf-8"))
    }
    assert {"extension", "archive", "silence", "return_request"} <= asked
    renamed = {"verify_limit": "instruction_verify", "emergency_check_in": "check_in_emergency"}
    assert {renamed.get(name, name) for name in asked} - declared() == set()


def test_every_limit_that_a_pack_may_set_is_used_by_something() -> None:
    assert set(LimitName) - declared() == set()


def test_what_holds_always_is_what_nobody_can_leave_off() -> None:
    always = {norm.name for norm in norms.ALL.values() if norm.always}
    assert always == {"identity.protected", "attachment.checked", "duties.working-time", "training.clock"}


def test_by_what_limits_differ_is_what_each_subject_tells() -> None:
    facts = {
        "case": plain(CaseFacts),
        "linkage": plain(JointFacts, kind=Kind.LINKAGE),
        "whistle": plain(JointFacts, kind=Kind.WHISTLE),
        "determination": plain(DeterminationFacts),
        "matter": plain(MatterFacts),
        "referral": plain(ReferralFacts),
        "urging": plain(DirectiveFacts),
        "reminder": plain(DirectiveFacts),
        "ordering": plain(DirectiveFacts),
        "coloured": plain(DirectiveFacts),
        "instructing": plain(InstructionFacts),
        "rhythm": plain(RhythmFacts),
        "meeting": plain(MeetingFacts),
        "bulletin": plain(BulletinFacts),
        "clue": plain(ClueFacts),
    }
    assert {name: {*one.limit_scope, "unit_type"} for name, one in facts.items()} == KNOWN
    assert {subject.table.subject for subject in engine.subjects()} == KNOWN.keys()
    assert CALLED.keys() == set(SELECTORS)
