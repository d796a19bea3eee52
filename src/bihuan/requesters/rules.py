"""What of an identity may be shown, kept and looked at."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, replace

from bihuan.kernel.actor import Seat
from bihuan.kernel.norm import carries_out
from bihuan.kernel.phone import NoPhone, normal, without_extension
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.requesters.types import (
    LOOKERS,
    TEXTS,
    Changes,
    DiscloseFields,
    Ground,
    Identity,
    MaskedIdentity,
    RequesterKind,
)

STARS = "****"
LEAST_REASON = 4
_NO_DIGIT = re.compile(r"\D", re.ASCII)
_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$)")
_TOWN = re.compile(r"^[^\d*]{0,30}?(?:街道|[镇乡]|苏木)(?!长)")
_COUNTY = re.compile(r"^[^\d*]{0,20}?(?:[市县旗]|(?<![小社园])区)(?:[^\d*]{1,8}?(?:[县旗]|(?<![小社园])区))?")


def digits_of(phone: str) -> str:
    """By which digits a number is found: those of its normal form without the extension; empty if it is none.

    Of what is no usual number, all digits, where there are five or more.
    """
    try:
        return without_extension(normal(phone)).removeprefix("+")
    except NoPhone:
        return plain_digits(phone)


def plain_digits(text: str) -> str:
    """The digits of a text, without the country code of a mobile; empty where there are fewer than five."""
    digits = _COUNTRY.sub("", _NO_DIGIT.sub("", unicodedata.normalize("NFKC", text)))
    return digits if len(digits) >= 5 else ""


def plain_name(name: str) -> str:
    """The name as it is compared: half-width, without spaces, case ignored."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def mask_name(name: str, kind: RequesterKind = RequesterKind.PERSON) -> str:
    """张三 → 张*；单位只留前两个字。"""
    if kind is RequesterKind.ORG:
        return _head(name, 2)
    name = name.strip()
    return name and (name[0] + "*" if len(name) > 1 else "*")


def mask_phone(phone: str) -> str:
    """13812341234 → 138****1234；短号码只留前三位，更短的和分机全隐去。"""
    marks = re.sub(r"[\s\-()（）]", "", unicodedata.normalize("NFKC", phone))
    marks = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", marks)
    number, sign, extension = marks.partition("转")
    return _mask_number(number) + sign + "*" * len(extension)


def _mask_number(marks: str) -> str:
    if len(marks) >= 11:
        return marks[:3] + "*" * (len(marks) - 7) + marks[-4:]
    if len(marks) >= 7:
        return marks[:3] + "*" * (len(marks) - 3)
    return "*" * len(marks)


def mask_contact(contact: str) -> str:
    """其他联系方式只留首字。"""
    return _head(contact, 1)


def mask_address(address: str) -> str:
    """地址只显示到乡镇、街道；看不出的显示到县区；再看不出的全隐去。"""
    if not address:
        return ""
    found = _TOWN.match(address) or _COUNTY.match(address)
    return (found.group() if found and found.end() < len(address) else "") + STARS


def _head(text: str, length: int) -> str:
    if not text:
        return ""
    return text[:length] + STARS if len(text) > length and "*" not in text[:length] else STARS


def masked(requester: int, identity: Identity) -> MaskedIdentity:
    """The identity as it is shown; of one who asked for secrecy nothing is left."""
    hidden = identity.secrecy_requested
    return MaskedIdentity(
        id=requester,
        kind=identity.kind,
        name=STARS if hidden and identity.name else mask_name(identity.name, identity.kind),
        phone=STARS if hidden and identity.phone else mask_phone(identity.phone),
        contact_alt=STARS if hidden and identity.contact_alt else mask_contact(identity.contact_alt),
        address=STARS if hidden and identity.address else mask_address(identity.address),
        secrecy_requested=identity.secrecy_requested,
        special_needs=identity.special_needs,
    )


@carries_out(norms.IDENTITY_PROTECTED)
def may_keep(identity: Identity) -> Refusal | None:
    """脱敏后的内容不能当作真实身份登记；匿名来件不登记身份。"""
    given = {name: getattr(identity, name) for name in TEXTS}
    if identity.kind is RequesterKind.ANON:
        if any(given.values()):
            return Refusal("匿名来件不登记姓名、电话和地址；如诉求人留了信息，请改选“个人”或“单位”。", _NORM)
        return None
    if not any("*" in text for text in given.values()):
        return None
    shown = {
        "name": {mask_name(identity.name, kind) for kind in RequesterKind},
        "phone": {identity.phone},
        "contact_alt": {mask_contact(identity.contact_alt)},
        "address": {mask_address(identity.address)},
    }
    blame = next((name for name, text in given.items() if "*" in text and text in shown[name] | {STARS}), None)
    return _mask_refused(blame) if blame else None


@carries_out(norms.IDENTITY_PROTECTED)
def may_change(old: Identity, changes: Changes) -> Refusal | None:
    """脱敏后的内容不能写回，盖掉真实身份。"""
    return may_keep(changed(old, changes))


def changed(old: Identity, changes: Changes) -> Identity:
    """The identity after the changes."""
    return replace(old, **{f.name: value for f in fields(changes) if (value := getattr(changes, f.name)) is not None})


@carries_out(norms.IDENTITY_PROTECTED)
def may_disclose(identity: Identity, fields: DiscloseFields) -> Refusal | None:
    """查看诉求人身份须写明事由和原因。"""
    if len("".join(fields.reason.split())) < LEAST_REASON:
        return Refusal(f"请写明查看诉求人身份的具体原因，不少于 {LEAST_REASON} 个字。", _NORM, field="reason")
    if not revealing(identity):
        return Refusal("这件诉求没有登记诉求人身份，无可查看。", _NORM)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_know(seats: Collection[Seat], *, secret: bool, confidants: Collection[Seat]) -> Refusal | None:
    """诉求人要求保密的，承办单位不得知道是谁；只有受理单位的受理员和回访员、清单事项的清单管理员、参与的督办员可以。"""
    if secret and not set(seats) & set(confidants):
        return Refusal("诉求人要求保密，由受理单位代为联系。", _NORM)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_look(seats: Iterable[Seat], ground: Ground, labels: Mapping[str, str]) -> Refusal | None:
    """须联系、回访、核实诉求人的职务，凭相应事由查看完整信息；监督检查只由督办人员进行。"""
    if looking_seat(seats, ground) is not None:
        return None
    named = "、".join(labels[post] for post in Post if post in LOOKERS[ground] and post in labels)
    return Refusal(f"您的职务不能以“{ground.label}”为由查看完整信息；{named}可以。", _NORM, field="ground")


def looking_seat(seats: Iterable[Seat], ground: Ground) -> Seat | None:
    """The seat by which somebody looks on that ground."""
    return min((seat for seat in seats if seat.post in LOOKERS[ground]), default=None)


def revealing(identity: Identity) -> tuple[str, ...]:
    """The names of the fields that say who the requester is and are filled in."""
    return tuple(name for name in TEXTS if getattr(identity, name))


_NORM = norms.IDENTITY_PROTECTED


def _mask_refused(name: str) -> Refusal:
    return Refusal(f"{TEXTS[name]}带“*”，是脱敏后的内容，不能作为真实信息保存；请填写完整内容。", _NORM, field=name)
