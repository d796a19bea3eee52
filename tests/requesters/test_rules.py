"""Masks reveal nothing, stay what they are, and never get back into the vault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.actor import Seat
from bihuan.policy import norms
from bihuan.requesters import queries, rules
from bihuan.requesters.rules import STARS
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
from tests.facts import WENDENG, person
from tests.rule_tables import Row, asked

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs"), exclude_characters="*"), min_size=1, max_size=40)

N = norms.IDENTITY_PROTECTED
REAL = Identity(name="张三丰", phone="13812341234", contact_alt="微信abc", address="文登区高村镇5号")
REGISTRAR, HANDLER, CALLER = Seat("desk", "registrar"), Seat("unit", "handler"), Seat("desk", "caller")
LABELS = {code: post.label for code, post in WENDENG.posts.items()}


def why(reason: str) -> DiscloseFields:
    """A look for this reason, as it comes to the rule."""
    return DiscloseFields.model_construct(ground=Ground.CONTACT, reason=reason)


def shown(**known: object) -> MaskedIdentity:
    """What is seen of somebody of whom nothing is known, but this."""
    nothing = {"name": "", "phone": "", "contact_alt": "", "address": ""}
    return MaskedIdentity(
        **{"id": 7, "kind": RequesterKind.PERSON, "secrecy_requested": False, "special_needs": (), **nothing, **known}
    )


digits = asked(rules.plain_digits, text="12345")
plain = asked(rules.plain_name, name="Ａ  b")
contact = asked(rules.mask_contact, contact="微信abc")
phone = asked(rules.mask_phone, phone="12345678901")
mask = asked(rules.masked, requester=7, identity=Identity())
keep = asked(rules.may_keep, identity=REAL)
change = asked(rules.may_change, old=REAL, changes=Changes(phone="13912341234"))
disclose = asked(rules.may_disclose, identity=REAL, fields=why("核对住址"))
know = asked(rules.may_know, seats=(HANDLER,), secret=True, confidants=(REGISTRAR, CALLER))
barred = asked(
    queries.barred, actor=person("unit.handler"), shown=shown(secrecy_requested=True), confidants=(REGISTRAR,)
)
look = asked(rules.may_look, seats=(HANDLER,), ground=Ground.CONTACT, labels=LABELS)
seat = asked(rules.looking_seat, seats=(HANDLER, REGISTRAR), ground=Ground.CONTACT)
revealing = asked(rules.revealing, identity=REAL)
FILLED = {"name": "张*", "phone": "138****1234", "contact_alt": "微****", "address": "文登区高村镇****"}

ROWS = (
    digits.gives("five of them", "12345"),
    digits.gives("four of them", "", text="1 234"),
    digits.gives("a mobile with its country", "13812341234", text="+86 138-1234-1234"),
    plain.gives("half-width, small, without blanks", "ab"),
    contact.gives("the first sign", "微****"),
    contact.gives("nothing of one sign", STARS, contact="微"),
    contact.gives("nothing", "", contact=""),
    contact.gives("nothing of what begins with an asterisk", STARS, contact="*微信"),
    phone.gives("eleven digits", "123****8901"),
    phone.gives("ten digits", "123*******", phone="1234567890"),
    phone.gives("seven digits", "123****", phone="1234567"),
    phone.gives("six digits", "******", phone="123456"),
    #
    mask.gives("of nobody", shown()),
    mask.gives("of somebody", shown(**FILLED), identity=REAL),
    mask.gives(
        "of somebody in secret",
        shown(**dict.fromkeys(TEXTS, STARS), secrecy_requested=True),
        identity=rules.changed(REAL, Changes(secrecy_requested=True)),
    ),
    mask.gives("of nobody in secret", shown(secrecy_requested=True), identity=Identity(secrecy_requested=True)),
    #
    keep.allows("who it is"),
    keep.allows("nobody", identity=Identity.anonymous()),
    *(
        keep.refuses(f"nobody with {label}", N, identity=Identity(kind=RequesterKind.ANON, **{name: "高村镇5"}))
        for name, label in TEXTS.items()
    ),
    *(keep.refuses(f"stars for {label}", N, name, identity=Identity(**{name: STARS})) for name, label in TEXTS.items()),
    *(
        keep.refuses(f"the mask of {TEXTS[name]}, beside what is real", N, name, identity=changed)
        for name, text in FILLED.items()
        for changed in (rules.changed(REAL, Changes(**{name: text})),)
    ),
    keep.refuses("masks alone", N, "name", identity=Identity(**FILLED)),
    keep.refuses("an organisation's mask", N, "name", identity=Identity(name="威海****")),
    keep.allows("an asterisk that masks nothing", identity=Identity(contact_alt="*微信abc", address="5号*")),
    change.allows("another number"),
    change.allows("to what has an asterisk and masks nothing", changes=Changes(contact_alt="*微信")),
    *(
        change.refuses(f"back to the mask of {TEXTS[name]}", N, name, changes=Changes(**{name: text}))
        for name, text in FILLED.items()
    ),
    change.refuses("to nobody, with a number", N, changes=Changes(kind=RequesterKind.ANON)),
    #
    disclose.allows("for a reason"),
    disclose.refuses("for less than a reason", N, "reason", fields=why("核 对 人 ")),
    disclose.refuses("what is not known", N, identity=Identity(special_needs=())),
    know.refuses("who handles a secret request", N),
    know.allows("who handles an open one", secret=False),
    know.allows("who took a secret one in", seats=(HANDLER, REGISTRAR)),
    know.refuses("nobody in secret", N, seats=()),
    barred.refuses("who handles a secret request", N),
    barred.allows("who took it in", actor=person("desk.registrar")),
    barred.allows("who handles an open one", shown=shown()),
    barred.allows("who handles one of nobody", shown=None),
    *(
        (look.allows if post in LOOKERS[ground] else look.refuses)(
            f"{post} for {ground.label}",
            *(() if post in LOOKERS[ground] else (N, "ground")),
            seats=(Seat("unit", post),),
            ground=ground,
        )
        for ground in Ground
        for post in LABELS
    ),
    seat.gives("the first that may", REGISTRAR),
    seat.gives("the one that may", HANDLER, seats=(Seat("a", "deputy"), HANDLER)),
    seat.gives("none", None, seats=(Seat("a", "deputy"),)),
    revealing.gives("everything", tuple(TEXTS)),
    revealing.gives("the name", ("name",), identity=Identity(name="张三")),
    revealing.gives("nothing", (), identity=Identity()),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_identities_says(row: Row) -> None:
    row.holds()


def test_who_may_not_look_is_told_who_may_and_nobody_else() -> None:
    refusal = rules.may_look((HANDLER,), Ground.CALLBACK, LABELS)
    assert refusal is not None
    assert refusal.reason.endswith("；回访员可以。")
    assert rules.may_look((HANDLER,), Ground.CALLBACK, {}) is not None, "a regulation may leave a post off"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("0631-8451234", "063****1234"),
        ("8451234", "845****"),
        ("06318451234转801", "063****1234转***"),
        ("+85221234567", "+85*****4567"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_phones_are_masked(phone: str, shown: str) -> None:
    assert rules.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("张三", RequesterKind.PERSON, "张*"),
        ("欧阳修远", RequesterKind.PERSON, "欧*"),
        ("张", RequesterKind.PERSON, "*"),
        ("", RequesterKind.PERSON, ""),
        ("威海某某物业有限公司", RequesterKind.ORG, "威海****"),
        ("某店", RequesterKind.ORG, "****"),
    ],
)
def test_names_are_masked(name: str, kind: RequesterKind, shown: str) -> None:
    assert rules.mask_name(name, kind) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("山东省威海市文登区天福街道香水路12号3单元", "山东省威海市文登区天福街道****"),
        ("威海市文登区高村镇慈口观村5号", "威海市文登区高村镇****"),
        ("安徽省淮南市田家庵区朝阳中路88号", "安徽省淮南市田家庵区****"),
        ("寿县正阳关", "寿县****"),
        ("阳光小区5号楼", "****"),
        ("文登区天福街道", "****"),
        ("5号楼", "****"),
    ],
)
def test_addresses_are_shown_to_the_town_at_most(address: str, shown: str) -> None:
    assert rules.mask_address(address) == shown


@given(mobiles, han, words, words)
def test_a_mask_never_reveals_what_it_hides(phone: str, name: str, contact: str, address: str) -> None:
    shown = rules.masked(1, Identity(name=name, phone=phone, contact_alt=contact, address=address))
    assert shown.phone == f"{phone[:3]}****{phone[-4:]}"
    assert shown.name == name[0] + "*"
    assert shown.contact_alt in {contact[0] + "****", "****"}
    assert shown.address.endswith("****")
    assert address != shown.address.removesuffix("****")
    assert not any(c.isdigit() for c in shown.address)


@given(mobiles, han, words, words)
def test_of_one_who_asked_for_secrecy_nothing_is_shown(phone: str, name: str, contact: str, address: str) -> None:
    identity = Identity(name=name, phone=phone, contact_alt=contact, address=address, secrecy_requested=True)
    shown = rules.masked(1, identity)
    assert {shown.name, shown.phone, shown.contact_alt, shown.address} == {"****"}


@given(mobiles, han, words, words, st.sampled_from([RequesterKind.PERSON, RequesterKind.ORG]), st.booleans())
def test_no_masked_value_is_ever_kept_or_written_back(
    phone: str, name: str, contact: str, address: str, kind: RequesterKind, secret: bool
) -> None:
    real = Identity(kind=kind, name=name, phone=phone, contact_alt=contact, address=address, secrecy_requested=secret)
    assert rules.may_keep(real) is None
    shown = rules.masked(1, real)
    for field in ("name", "phone", "contact_alt", "address"):
        value = getattr(shown, field)
        refusal = rules.may_change(real, Changes(**{field: value}))
        assert refusal is not None
        assert refusal.field == field
        assert rules.may_keep(Identity(kind=kind, **{field: value})) is not None


@given(words)
def test_masking_a_mask_changes_nothing(text: str) -> None:
    for mask in (rules.mask_name, rules.mask_contact, rules.mask_address):
        assert mask(mask(text)) == mask(text)


def test_other_changes_are_free() -> None:
    real = Identity(name="张三", phone="13812341234")
    assert rules.may_change(real, Changes(phone="13912341234", secrecy_requested=True)) is None
    assert rules.changed(real, Changes(address="高村镇")).name == "张三"


def test_an_anonymous_requester_has_no_particulars() -> None:
    refusal = rules.may_keep(Identity(kind=RequesterKind.ANON, phone="13812341234"))
    assert refusal is not None
    assert "匿名" in refusal.reason
    assert rules.may_keep(Identity.anonymous()) is None


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+86 138 1234-1234", "13812341234"),
        ("008613812341234", "13812341234"),
        ("8613812341234", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("(0631) 845-1234", "06318451234"),
        ("12345", "12345"),
        ("0631-8451234-801", "06318451234"),
        ("+86 631 8451234", "06318451234"),
        ("+852 2123 4567", "85221234567"),
        ("1380631", "1380631"),
        ("无", ""),
        ("110", ""),
    ],
)
def test_numbers_are_compared_by_their_digits(phone: str, digits: str) -> None:
    assert rules.digits_of(phone) == digits


def test_a_reason_of_blanks_is_no_reason() -> None:
    fields = DiscloseFields.model_construct(ground=Ground.CONTACT, reason="a  　 b")
    refusal = rules.may_disclose(Identity(name="张三"), fields)
    assert refusal is not None
    assert refusal.field == "reason"
