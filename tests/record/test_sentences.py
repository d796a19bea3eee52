"""A sentence of the record says what the form asked, and no more.

Every sentence with a word of verdict is named here with what carries it: the act itself, which is the verdict, or the
field in which whoever acted said so.
"""

import re
from collections.abc import Iterator

from bihuan.kernel.happening import Happening
from bihuan.record.commands import ACTS
from tests.architecture import messages

VERDICT = re.compile("不?同意|属实|满意|已告知|认可|已解决|解决了")
BY_THE_ACT = {
    "case.draft-sent-back": ("case", "send_back_draft"),
    "case.extension-approved": ("case", "approve_extension"),
    "case.extension-refused": ("case", "refuse_extension"),
    "case.return-approved": ("case", "approve_return"),
    "case.return-refused": ("case", "refuse_return"),
    "case.hang-denied": ("case", "deny_hang"),
    "case.signed-off": ("case", "sign_off"),
    "case.termination-refused": ("case", "refuse_termination"),
    "case.terminated": ("case", "approve_termination"),
    "case.wait-refused": ("case", "refuse_wait"),
    "case.decline-refused": ("case", "refuse_decline"),
    "instructions.confirmed": ("instructing", "verify"),
    "instructions.verified": ("linkage", "verify_instruction"),
    "joint.designated-released": ("linkage", "release"),
    "joint.kept": ("linkage", "keep"),
    "joint.released": ("linkage", "release"),
    "supervision.time-given": ("ordering", "give_time"),
    "supervision.time-refused": ("ordering", "refuse_time"),
    "supervision.reply-accepted": ("reminder", "accept"),
    "supervision.reply-rejected": ("reminder", "reject"),
    "matter.feedback-returned": ("matter", "send_back_draft"),
}
"""Whoever does this act decides so: there is another act for the other decision."""
BY_A_FIELD = {
    "case.decline-confirmed": ("case", "confirm_decline", "told"),
}
"""What was said stands in a field that had to be filled in."""


def told(kind: type) -> Iterator[type[Happening]]:
    for below in kind.__subclasses__():
        yield below
        yield from told(below)


def test_every_verdict_in_the_record_was_given_by_somebody() -> None:
    messages.gathered()  # every module is loaded
    found = {each.kind for each in told(Happening) if VERDICT.search(getattr(each, "sentence", ""))}
    assert found == BY_THE_ACT.keys() | BY_A_FIELD.keys()


def test_what_carries_a_verdict_is_there() -> None:
    for subject, act in BY_THE_ACT.values():
        assert (subject, act) in ACTS, act
    for subject, act, field in BY_A_FIELD.values():
        assert ACTS[(subject, act)].fields.model_fields[field].is_required(), f"{act}: {field}"
