"""Telephone numbers as people write them: understood and kept in one form, or refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bihuan.kernel.fields import Fields
from bihuan.kernel.phone import (
    CONFIRMED,
    MASKED,
    MOBILE_LENGTH,
    NO_PHONE,
    TO_CONFIRM,
    NoPhone,
    Phone,
    PhoneSpecial,
    confirmation,
    is_phone,
    is_special,
    normal,
    special,
    without_extension,
)
from tests.folded import MARKS, in_bounds


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("13812341234", "13812341234"),
        (" 138 1234-1234 ", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("+86 138-1234-1234", "13812341234"),
        ("008613812341234", "13812341234"),
        ("8613812341234", "13812341234"),
        ("013812341234", "13812341234"),
        ("17012341234转0042", "17012341234转0042"),
        ("8451234", "8451234"),
        ("22345678", "22345678"),
        ("0631-8451234", "06318451234"),
        ("（0631）845－1234", "06318451234"),
        ("0631 — 8451234", "06318451234"),
        ("010-62345678", "01062345678"),
        ("+86 631 8451234", "06318451234"),
        ("0631-8451234转801", "06318451234转801"),
        ("0631-8451234-801", "06318451234转801"),
        ("8451234,801", "8451234转801"),
        ("8451234 分机 801", "8451234转801"),
        ("400-123-4567", "4001234567"),
        ("800 123 4567", "8001234567"),
        ("12345", "12345"),
        ("0631-12345", "063112345"),
        ("95588", "95588"),
        ("61234", "61234"),
        ("+852 2123 4567", "+85221234567"),
        ("00852 21234567", "+85221234567"),
    ],
)
def test_a_number_is_kept_in_its_normal_form_however_it_was_written(text: str, kept: str) -> None:
    assert normal(text) == kept
    assert normal(kept) == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-", NO_PHONE),
        ("转", NO_PHONE),
        ("0", NO_PHONE),
        ("", NO_PHONE),
        ("无", NO_PHONE),
        ("12", NO_PHONE),
        ("110", NO_PHONE),
        ("1380631", MOBILE_LENGTH),
        ("1380631888", MOBILE_LENGTH),
        ("138 0631 88888", MOBILE_LENGTH),
        ("0631-845123", NO_PHONE),
        ("0631-1451234", NO_PHONE),
        ("8451234转", NO_PHONE),
        ("8451234转8012345", NO_PHONE),
        ("转801", NO_PHONE),
        ("+86 1234", NO_PHONE),
        ("+1234", NO_PHONE),
        ("13812341234/13912341234", NO_PHONE),
        ("٠١٢٣٤٥٦٧", NO_PHONE),
        ("138****1234", MASKED),
    ],
)
def test_what_is_no_number_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(NoPhone) as refused:
        normal(text)
    assert str(refused.value) == words
    assert not is_phone(text)


@given(st.text(max_size=40))
def test_any_text_is_a_number_in_its_normal_form_or_none(text: str) -> None:
    assert normal(normal(text)) == normal(text) if is_phone(text) else True


def test_what_is_dialled_first_is_the_number_without_its_extension() -> None:
    assert without_extension("06318451234转801") == "06318451234"
    assert without_extension("13812341234") == "13812341234"


@pytest.mark.parametrize(("text", "kept"), [("110", "110"), ("138-0631", "1380631"), ("8451转2", "8451转2")])
def test_a_special_number_is_one_all_the_same(text: str, kept: str) -> None:
    assert special(text) == kept
    assert is_special(text)


@pytest.mark.parametrize("text", ["-", "转", "0", "12", "无", "1" * 21, "abc", "转801"])
def test_what_cannot_be_dialled_is_no_special_number_either(text: str) -> None:
    assert not is_special(text)


class Official(Fields):
    """A form on which a number can be confirmed."""

    phone_special: PhoneSpecial = False
    phone: Phone = ""


class Citizen(Fields):
    """A form on which it cannot."""

    phone: Phone = ""


@pytest.mark.parametrize(
    ("form", "said", "kept"),
    [
        (Official, {}, ""),
        (Official, {"phone": "138 0000 1234"}, "13800001234"),
        (Official, {"phone": "1380631", "phone_special": True}, "1380631"),
        (Official, {"phone": "13800001234", "phone_special": True}, "13800001234"),
        (Official, {"phone_special": True}, ""),
        (Citizen, {"phone": "0631-8451234"}, "06318451234"),
    ],
)
def test_a_form_takes_a_number_or_one_that_was_confirmed(
    form: type[Official | Citizen], said: dict[str, object], kept: str
) -> None:
    assert form.model_validate(said).phone == kept


@pytest.mark.parametrize(
    ("form", "said", "words"),
    [
        (Official, {"phone": "1380631"}, MOBILE_LENGTH + TO_CONFIRM),
        (Official, {"phone": "-"}, NO_PHONE),
        (Official, {"phone": "138****1234"}, MASKED),
        (Official, {"phone": "-", "phone_special": True}, NO_PHONE),
        (Citizen, {"phone": "1380631"}, MOBILE_LENGTH),
        (Citizen, {"phone": "转"}, NO_PHONE),
    ],
)
def test_a_form_offers_confirming_only_where_it_would_help(
    form: type[Official | Citizen], said: dict[str, object], words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        form.model_validate(said)
    (error,) = refused.value.errors()
    assert error["loc"] == ("phone",)
    assert str(error["ctx"]["error"]) == words


def test_only_a_confirmation_that_was_needed_is_recorded() -> None:
    assert confirmation("1380631", special=True) == CONFIRMED
    assert confirmation("13800001234", special=True) == ""
    assert confirmation("", special=True) == ""
    assert confirmation("1380631", special=False) == ""


@pytest.mark.parametrize("text", [MARKS, "1" * 65])
def test_what_is_longer_than_any_number_is_none_without_being_folded(text: str) -> None:
    with in_bounds(), pytest.raises(NoPhone, match="不是电话号码"):
        normal(text)
    with in_bounds():
        assert not is_phone(text)
        assert not is_special(text)
