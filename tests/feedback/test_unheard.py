"""A case that ends without a word of its requester says so in its record (F32)."""

from bihuan.record.queries import events
from tests.towns import Town
from tests.walks import TO_CALLBACK, TO_HANDLING, A, Walk


def last(walk: Walk) -> str:
    """The newest sentence of the record."""
    return events(walk.facts.subject)[-1].sentence


def test_a_case_closed_after_calls_that_nobody_answered_does_not_read_like_any_other(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK)
    unreached = {"reached": False, "solved": None, "satisfied": None, "facts_true": None}
    for _ in range(4):
        walk.later(hours=8).do(A.RECORD_CALLBACK, **unreached)
    walk.do(A.CLOSE)
    assert last(walk) == "办结：已解决（回访4次未联系上）"


def test_one_whose_requester_was_asked_is_closed_without_such_words(wendeng: Town) -> None:
    assert last(Walk(wendeng).along(*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE)) == "办结：已解决"


def test_one_that_was_never_to_be_called_back_says_so(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(A.REGISTER, callback_wanted=False)
    walk.along(*TO_HANDLING[1:], A.ANSWER, A.SIGN_OFF, A.CLOSE_WITHOUT_CALLBACK)
    assert last(walk) == "办结：已解决（没有回访）"
