"""What is typed into a form belongs to whoever typed it: how pages keep it, and give it back.

A form carries a mark that we signed: whose page it is, which form, and where it stands. With it what was typed is kept
for that account even after its sign-in has ended; only the account itself is ever given it back.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from bihuan.drafts import commands as drafts
from bihuan.drafts.queries import draft_for
from bihuan.drafts.types import Draft
from bihuan.kernel.actor import Actor
from bihuan.organisations.types import Standing
from bihuan.record.commands import alongside
from bihuan.web.forms import Filled, Typed, typed_in

SALT = "bihuan.draft"
GOOD_FOR = timedelta(days=2)
"""So long a page that stands open can still have kept what is typed into it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose form it is, which one, upon what subject, and where its page stands."""

    account: str
    jurisdiction: str
    form: str
    subject: str
    url: str

    @property
    def signed(self) -> str:
        """The mark as the form carries it."""
        return signing.dumps([self.account, self.jurisdiction, self.form, self.subject, self.url], salt=SALT)

    @property
    def owner(self) -> Actor:
        """Whoever the page was made for, without any post: good for keeping what they typed and for nothing else."""
        return Actor(self.account, "", self.jurisdiction)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a form shows of a draft: its mark, and the draft that was put back into it."""

    mark: str
    account: str
    form: str
    draft: Draft | None = None
    stale: bool = False
    """Whether something happened on the subject since it was typed."""

    seen_at: datetime | None = None
    """When the draft was kept that there was as the page was made, whether it stands in the form or not."""

    @property
    def seen_ms(self) -> int:
        """The same for the script, so that it writes over no other window's."""
        return int(self.seen_at.timestamp() * 1000) if self.seen_at else 0


def mark_of_act(standing: Standing, kind: str, number: str, act: str, url: str) -> Mark:
    """The mark of an act's form."""
    actor = standing.actor
    where = f"{url}?act={act}#act-{act}"
    return Mark(actor.account, actor.jurisdiction, f"{kind}:{number}/{act}", f"{kind}:{number}", where)


def form_of_page(url: str) -> str:
    """What a form is called that stands on no subject: one that begins something, or does something with many."""
    return f"new{url}"


def mark_of_page(standing: Standing, url: str, *, back: str = "") -> Mark:
    """The mark of such a form; `back` leads to its page where that has another address."""
    return Mark(standing.actor.account, standing.actor.jurisdiction, form_of_page(url), "", back or url)


def kept_for(mark: Mark) -> Kept:
    """What the form of a page is given back."""
    draft = draft_for(mark.account, mark.form)
    return given_back(mark, [draft] if draft else [])


def begun_export(mark: Mark, *, back: bool) -> dict[str, object]:
    """What the form that asks for an export is given back, where somebody comes back to it: else nobody asks for it."""
    kept = kept_for(mark) if back else given_back(mark, [])
    return {"export_kept": kept, **({"exporting": Filled(typed_of(kept.draft), None, {})} if kept.draft else {})}


def drop(mark: Mark) -> None:
    """Let the draft of a form go: what it held is done."""
    drafts.drop(form=mark.form, actor=mark.owner)


def given_back(mark: Mark, found: Iterable[Draft], *, version: int | None = None) -> Kept:
    """What the form shows of its draft, if there is one among these."""
    draft = next((draft for draft in found if draft.form == mark.form), None)
    stale = draft is not None and draft.version is not None and version is not None and draft.version != version
    return Kept(mark.signed, mark.account, mark.form, draft, stale, draft.saved_at if draft else None)


def typed_of(draft: Draft) -> Typed:
    """What a form begins with that somebody had begun before."""
    return Typed(draft.values, posted=True)


def marked(request: HttpRequest) -> Mark | None:
    """The mark of the form that was sent; None where it has none of ours, or an old one."""
    try:
        said = signing.loads(request.POST.get("draft", ""), salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return Mark(*said)


def keep(request: HttpRequest, *, seen: datetime | None = None, typed: Typed | None = None) -> Mark | None:
    """Keep what was typed, or what of it is still to be kept, for whom the page was made; answers the form, None where
    nothing was kept.

    With `seen`, raises Elsewhere where another window kept something since.
    """
    mark = marked(request)
    if mark is None:
        return None
    version = request.POST.get("version", "")
    done = drafts.keep(
        form=mark.form,
        subject=mark.subject,
        values=(typed or typed_in(request.POST)).values,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
        actor=mark.owner,
        at=timezone.now(),
        seen=seen,
    )
    return mark if done else None


def seen_in(request: HttpRequest) -> datetime | None:
    """When the draft was kept that the window shows; None where it does not say."""
    said = request.POST.get("seen", "")
    if not (said.isascii() and said.isdigit() and len(said) < 15):
        return None
    return datetime.fromtimestamp((int(said) + 1) / 1000, tz=UTC)  # what it was told in whole milliseconds


def settling(standing: Standing, mark: Mark) -> AbstractContextManager[None]:
    """Inside, a command that succeeds lets the draft of its form go, in its own transaction."""
    return alongside(partial(drafts.drop, form=mark.form, actor=standing.actor))
