"""Who is who in the actor's own jurisdiction: accounts, appointments, and those that wait for a second person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from bihuan.access import commands as accounts
from bihuan.access import queries as access
from bihuan.access.types import AccountRow
from bihuan.api.administering import for_administrators, write
from bihuan.api.endpoints import BASE, Call, Endpoint, Reply
from bihuan.duties import queries as duties
from bihuan.kernel.fields import Fields, RequiredLine
from bihuan.organisations import commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.forms import Fill, NewPerson, Vacate
from bihuan.organisations.types import AppointmentRow, PersonRow, ProposalRow
from bihuan.policy.loader import pack

TAG = "人员和职务"


@dataclass(frozen=True, slots=True)
class PostShown:
    """A post of the regulation."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts of the regulation, in its order."""

    items: tuple[PostShown, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Everybody with an account, with the posts held today or later."""

    items: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Every account: who is in, who is locked out, who lacks a second factor."""

    items: tuple[AccountRow, ...]


@dataclass(frozen=True, slots=True)
class PasswordTold:
    """A one-time password, to be changed at the next sign-in. It is told once: null in the answer to a repeat."""

    account: str
    password: str | None


@dataclass(frozen=True, slots=True)
class Appointments:
    """Who holds and held which post of a unit, from when until when, the newest of a post first."""

    items: tuple[AppointmentRow, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """The appointments of a unit after a change; `in_force` false: it holds when a second person has confirmed it."""

    in_force: bool
    items: tuple[AppointmentRow, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Appointments that wait for a second person, of those that the caller proposes or confirms, the oldest first."""

    items: tuple[ProposalRow, ...]


class VacatePost(Vacate):
    """Ending an appointment to a post of a unit."""

    account: RequiredLine = Field(title="人员")
    post: RequiredLine = Field(title="职务")


class Because(Fields):
    """Why a second factor is taken away."""

    reason: RequiredLine = Field(title="原因", max_length=200)


class OfLabel(Fields):
    """Which tokens are taken back."""

    label: RequiredLine = Field(title="令牌名称", max_length=64)


def endpoints() -> Iterator[Endpoint]:
    """Who is who."""
    yield _read("posts", "list_posts", "规则中的职务", lambda call: Reply(_posts(call)), Posts)
    yield from _of_people()
    yield from _of_accounts()
    yield from _of_appointments()


def _read(path: str, name: str, summary: str, view: Callable[[Call], Reply], returns: Any, **more: Any) -> Endpoint:
    said = {"path": path, "view": view, "name": name, "tag": TAG, "summary": summary, "returns": returns}
    return Endpoint(method="GET", **said, **more)


def _of_people() -> Iterator[Endpoint]:
    leads = {"get_person": ("account", "/items/0/account")}
    found = for_administrators(lambda call: Reply(People(organisations.people(call.actor.jurisdiction, now=call.now))))
    yield _read("people", "list_people", "全部人员和现任职务（系统管理员）", found, People, leads=leads)
    one = for_administrators(lambda call: Reply(_person(call)))
    yield _read("people/{account}", "get_person", "一个人和历任职务（系统管理员）", one, PersonRow)
    yield write(
        TAG, "people", "enter_person", "开设账号，一次性密码只答一次", _enter, PasswordTold, NewPerson, status=201
    )
    yield write(TAG, "people/{account}/close", "close_account", "停用账号", _close, PersonRow)


def _of_accounts() -> Iterator[Endpoint]:
    found = for_administrators(lambda call: Reply(_accounts(call)))
    yield _read("accounts", "list_accounts", "账号安全：登录、锁定、二次验证、令牌（系统管理员）", found, Accounts)
    said = "重新发放一次性密码，只答一次；全部登录退出，令牌收回"
    yield write(TAG, "people/{account}/password", "give_password", said, _password, PasswordTold)
    yield write(TAG, "people/{account}/unlock", "unlock_account", "解除登录锁定", _unlock, PersonRow)
    yield write(TAG, "people/{account}/sign-out", "sign_account_out", "全部登录退出，令牌收回", _sign_out, PersonRow)
    path = "people/{account}/second-factor/reset"
    yield write(TAG, path, "reset_second_factor", "解除二次验证", _reset, PersonRow, Because)
    yield write(TAG, "people/{account}/tokens/revoke", "revoke_token", "收回接口令牌", _revoke, PersonRow, OfLabel)


def _of_appointments() -> Iterator[Endpoint]:
    path = "units/{code}/appointments"
    yield _read(path, "list_appointments", "一个单位的历次任职", lambda call: Reply(_appointments(call)), Appointments)
    said = "任命；有权限的职务待第二人确认后生效"
    yield write(TAG, path, "appoint", said, _appoint, Changed, Fill, status=201)
    yield write(TAG, "units/{code}/vacate", "vacate_post", "免职，可写明接任的人", _vacate, Changed, VacatePost)
    leads = {"confirm_appointment": ("id", "/items/0/id"), "drop_appointment": ("id", "/items/0/id")}
    waiting = "待第二人确认的任命（系统管理员、主要负责人）"
    yield _read("proposals", "list_proposals", waiting, lambda call: Reply(_proposals(call)), Proposals, leads=leads)
    for word, does in (("confirm", "确认"), ("drop", "撤回或不予确认")):
        yield Endpoint(
            method="POST",
            path=f"proposals/{{id}}/{word}",
            view=_settle(word),
            name=f"{word}_appointment",
            tag=TAG,
            summary=f"{does}提出的任命（另一位系统管理员、本单位主要负责人）",
            returns=Proposals,
        )


def _posts(call: Call) -> Posts:
    known = pack(call.standing.jurisdiction.pack).posts.values()
    return Posts(tuple(PostShown(post.code, post.label) for post in known))


def _person(call: Call) -> PersonRow:
    return organisations.person(call.path["account"], call.actor.jurisdiction, now=call.now)


def _accounts(call: Call) -> Accounts:
    return Accounts(tuple(access.accounts(call.standing.jurisdiction, now=call.now, at=call.at)))


def _told_once(account: str, password: str, place: str = "") -> Reply:
    """The password in the answer itself, and in nothing that is kept of it."""
    return Reply(PasswordTold(account, password), place=place, again=PasswordTold(account, None))


def _enter(call: Call) -> Reply:
    asked: NewPerson = call.fields
    once = commands.enter_person(
        jurisdiction=call.actor.jurisdiction, account=asked.account, name=asked.name, actor=call.actor, now=call.now
    )
    return _told_once(asked.account, once, f"{BASE}/people/{asked.account}")


def _close(call: Call) -> Reply:
    commands.close_account(account=call.path["account"], actor=call.actor, now=call.now, at=call.at)
    return Reply(_person(call))


def _password(call: Call) -> Reply:
    account = call.path["account"]
    return _told_once(account, accounts.give_password(account=account, actor=call.actor, now=call.now, at=call.at))


def _unlock(call: Call) -> Reply:
    accounts.unlock(account=call.path["account"], actor=call.actor, now=call.now)
    return Reply(_person(call))


def _sign_out(call: Call) -> Reply:
    accounts.sign_out_everywhere(account=call.path["account"], actor=call.actor, now=call.now, at=call.at)
    return Reply(_person(call))


def _reset(call: Call) -> Reply:
    said = {"account": call.path["account"], "reason": call.fields.reason}
    accounts.reset_second_factor(**said, actor=call.actor, now=call.now, at=call.at)
    return Reply(_person(call))


def _revoke(call: Call) -> Reply:
    said = {"account": call.path["account"], "label": call.fields.label}
    accounts.revoke_token(**said, actor=call.actor, now=call.now, at=call.at)
    return Reply(_person(call))


def _appointments(call: Call) -> Appointments:
    unit, place = call.path["code"], call.actor.jurisdiction
    organisations.unit(unit, place, now=call.now)
    return Appointments(organisations.appointments(place, now=call.now, unit=unit, ended=True))


def _appoint(call: Call) -> Reply:
    held = commands.appoint(unit=call.path["code"], **call.fields.model_dump(), actor=call.actor, now=call.now)
    return Reply(Changed(held, _appointments(call).items))


def _vacate(call: Call) -> Reply:
    unit, asked = call.path["code"], call.fields
    owed = duties.open_in_posts([unit], call.actor.jurisdiction).get((unit, asked.post), 0)
    ended = commands.dismiss(unit=unit, **asked.model_dump(), owed=owed, actor=call.actor, now=call.now)
    return Reply(Changed(ended, _appointments(call).items))


def _proposals(call: Call) -> Proposals:
    found = organisations.proposals(call.actor.jurisdiction)
    return Proposals(found if call.actor.holds("administrator") else organisations.to_confirm(call.actor, found))


def _settle(word: str) -> Callable[[Call], Reply]:
    run = commands.confirm_post if word == "confirm" else commands.drop_post

    def view(call: Call) -> Reply:
        run(proposal=call.row_id, actor=call.actor, now=call.now)
        return Reply(_proposals(call))

    return view
