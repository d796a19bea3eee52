"""Masks reveal nothing, stay what they are, and never get back into the vault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.requesters import rules
from bihuan.requesters.types import Changes, DiscloseFields, Ground, Identity, RequesterKind

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs"), exclude_characters="*"), min_size=1, max_size=40)


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
