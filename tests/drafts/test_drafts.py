"""What is typed and not sent is kept for whoever typed it alone, and not for ever."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bihuan.cases.types import Act
from bihuan.drafts import commands, models, queries
from bihuan.drafts.types import KEPT, MOST, MOST_BYTES
from bihuan.kernel.actor import Actor
from bihuan.organisations import commands as organisations
from bihuan.privacy import commands as privacy
from bihuan.privacy.types import Erase, EraseGround
from bihuan.record import scope
from tests.towns import FOUNDER, START, Town, found, settle
from tests.waits import LATE, somebody_waits, until
from tests.walks import Walk
from tests.walls.roles import as_the_site

pytestmark = pytest.mark.django_db
FORM = "case:WX1/answer"
CLERK, COLLEAGUE = Actor("wd.unit.handler", "", "wd"), Actor("wd.unit.deputy", "", "wd")


def keep(actor: Actor = CLERK, form: str = FORM, **said: Any) -> bool:
    """Keep some words in a form."""
    usual = {"subject": "case:WX1", "values": {"to_requester": ["路灯已修复"]}, "version": 3, "at": START}
    return commands.keep(form=form, actor=actor, **{**usual, **said})


def words(actor: Actor = CLERK, form: str = FORM) -> object:
    """The words that are kept in a form for somebody."""
    draft = queries.draft_for(actor.account, form)
    return draft and draft.values.get("to_requester")


def test_what_another_window_kept_is_not_written_over_unless_this_one_shows_it() -> None:
    said = {"to_requester": ["这里写的"]}
    keep(values={"to_requester": ["那里写的"], "tab": ["one"]})
    with pytest.raises(commands.Elsewhere) as told:
        keep(values={**said, "tab": ["two"]}, seen=START - timedelta(minutes=1), at=START + timedelta(minutes=1))
    assert told.value.saved_at == START
    assert words() == ["那里写的"]
    again = {"to_requester": ["那里再写"], "tab": ["one"]}
    assert keep(values=again, seen=START - timedelta(minutes=1), at=START + timedelta(minutes=1))
    assert keep(values={**said, "tab": ["two"]}, seen=START + timedelta(minutes=1), at=START + timedelta(minutes=2))
    assert words() == ["这里写的"]


def test_it_is_given_back_to_its_account_and_to_no_other() -> None:
    assert keep()
    assert words() == ["路灯已修复"]
    assert words(COLLEAGUE) is None
    keep(values={"to_requester": ["路灯已换新"]})
    assert words() == ["路灯已换新"], "the later words stand in the place of the earlier ones"


def test_the_database_shows_it_to_nobody_else() -> None:
    keep()
    with as_the_site():
        for actor, seen in ((CLERK, 1), (COLLEAGUE, 0), (Actor("far.clerk", "", "ws"), 0)):
            with scope.reading(actor):
                assert models.Draft.objects.count() == seen, actor.account


def test_the_site_itself_may_let_it_go() -> None:
    keep()
    with as_the_site():
        keep(values={"to_requester": ["路灯已换新"]})
        commands.drop(form=FORM, actor=CLERK)
    assert words() is None


def test_it_lies_sealed_for_account_and_form() -> None:
    keep()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(d)::text FROM drafts_draft d")
        assert "路灯" not in cursor.fetchone()[0]
    models.Draft.objects.update(account=COLLEAGUE.account)
    assert words(COLLEAGUE) is None, "moved to another account it opens for nobody"


def test_keys_and_passwords_are_not_kept() -> None:
    keep(values={"to_requester": ["好"], "password": ["x"], "csrfmiddlewaretoken": ["y"], "proof": ["z"]})
    draft = queries.draft_for(CLERK.account, FORM)
    assert draft is not None
    assert set(draft.values) == {"to_requester"}


def test_too_much_is_not_kept_and_the_oldest_makes_room() -> None:
    assert not keep(values={"to_requester": ["长" * MOST_BYTES]})
    for n in range(MOST + 2):
        keep(form=f"case:WX{n}/answer", at=START + timedelta(minutes=n))
    assert models.Draft.objects.count() == MOST
    assert words(form="case:WX0/answer") is None
    assert words(form=f"case:WX{MOST + 1}/answer") is not None


def test_after_two_weeks_it_is_forgotten() -> None:
    keep()
    assert commands.forget(at=START + KEPT) == 0
    assert commands.forget(at=START + KEPT + timedelta(seconds=1)) == 1
    assert words() is None


def test_it_goes_with_the_account(wendeng: Town) -> None:
    keep()
    keep(COLLEAGUE)
    settle("wd", wendeng.desk, "desk.administrator", "administrator")
    for seat in wendeng.actor("unit.handler").seats:
        organisations.dismiss(
            account=CLERK.account, unit=seat.unit, post=seat.post, until_on=START.date(), actor=FOUNDER, now=START
        )
    chief = wendeng.actor("desk.administrator")
    organisations.close_account(account=CLERK.account, actor=chief, now=START, at=timezone.now())
    assert (words(), words(COLLEAGUE)) == (None, ["路灯已修复"])


def test_it_goes_with_what_is_erased(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.WITHDRAW)
    keep(form=f"case:{walk.number}/supplement", subject=f"case:{walk.number}")
    keep()
    asked = Erase(ground=EraseGround.REQUESTED, basis="申请〔2025〕3号")
    privacy.erase(number=walk.number, fields=asked, actor=walk.actor("desk.reviewer"), now=walk.now)
    assert [draft.subject for draft in models.Draft.objects.all()] == ["case:WX1"]
    kept = keep(form=f"case:{walk.number}/supplement", subject=f"case:{walk.number}")
    assert (kept, models.Draft.objects.count()) == (False, 1), "a page that still stands open brings it back no more"


@pytest.mark.django_db(transaction=True)
def test_what_is_typed_while_it_is_erased_goes_too() -> None:
    town = found("dr", "wendeng-2021-10", prefix="DR")
    walk = Walk(town).along(Act.REGISTER, Act.WITHDRAW)
    asked = Erase(ground=EraseGround.REQUESTED, basis="申请〔2025〕3号")
    typed = {"form": f"case:{walk.number}/supplement", "subject": f"case:{walk.number}"}
    came: list[bool] = []

    def typing() -> None:
        came.append(keep(town.actor("desk.registrar"), **typed))
        connection.close()

    window = Thread(target=typing)
    with transaction.atomic():
        privacy.erase(number=walk.number, fields=asked, actor=walk.actor("desk.reviewer"), now=walk.now)
        window.start()
        until(somebody_waits)
    window.join(LATE)
    assert (came, models.Draft.objects.count()) == ([False], 0)
