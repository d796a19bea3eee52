"""What is sealed opens with its key, in its place, unchanged, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.requesters import vault
from bihuan.requesters.cipher import PROVIDERS, BadKeys, Keyring, Unreadable, label_of
from bihuan.requesters.types import Identity, RequesterKind, SpecialNeed

both = pytest.mark.parametrize("algorithm", PROVIDERS)
RINGS = {name: Keyring.parse(Keyring.fresh().text(), name) for name in PROVIDERS}

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
identities = st.builds(
    Identity,
    kind=st.sampled_from(RequesterKind),
    name=any_text,
    phone=any_text,
    contact_alt=any_text,
    address=any_text,
    secrecy_requested=st.booleans(),
    special_needs=st.lists(st.sampled_from(SpecialNeed), unique=True).map(tuple),
)


@both
@given(identity=identities, number=st.integers(1, 2**63 - 1))
def test_any_identity_comes_back_as_it_was(algorithm: str, identity: Identity, number: int) -> None:
    ring = RINGS[algorithm]
    assert vault.unseal(ring, number, identity.kind, vault.seal(ring, number, identity)) == identity


@both
@given(clear=st.binary(max_size=100), change=st.data())
def test_one_changed_byte_is_noticed(algorithm: str, clear: bytes, change: st.DataObject) -> None:
    sealed = bytearray(RINGS[algorithm].seal(clear, "a"))
    sealed[change.draw(st.integers(0, len(sealed) - 1))] ^= change.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        RINGS[algorithm].open(bytes(sealed), "a")


@both
@given(clear=st.binary(max_size=40), cut=st.integers(1, 80))
def test_what_is_cut_short_does_not_open(algorithm: str, clear: bytes, cut: int) -> None:
    with pytest.raises(Unreadable):
        RINGS[algorithm].open(RINGS[algorithm].seal(clear, "a")[:-cut], "a")


@both
def test_a_row_moved_to_another_requester_does_not_open(algorithm: str) -> None:
    sealed = vault.seal(RINGS[algorithm], 1, Identity(name="张三"))
    with pytest.raises(Unreadable):
        vault.unseal(RINGS[algorithm], 2, "person", sealed)


@both
def test_another_key_of_the_same_id_does_not_open(algorithm: str) -> None:
    other = Keyring.parse(Keyring.fresh().text(), algorithm)
    with pytest.raises(Unreadable):
        other.open(RINGS[algorithm].seal(b"x", "a"), "a")


def test_a_ring_opens_what_its_old_keys_and_the_other_algorithm_sealed() -> None:
    old = Keyring.fresh()
    new = old.with_new()
    sm4 = Keyring.parse(new.text(), "sm4-gcm")
    assert [label_of(ring.seal(b"x", "a")) for ring in (old, new, sm4)] == [
        "aes-256-gcm:k1",
        "aes-256-gcm:k2",
        "sm4-gcm:k2",
    ]
    assert all(sm4.open(ring.seal(b"x", "a"), "a") == b"x" for ring in (old, new, sm4))
    with pytest.raises(Unreadable):
        new.with_current_only().open(old.seal(b"x", "a"), "a")


def test_the_same_text_is_never_sealed_alike() -> None:
    ring = Keyring.fresh()
    assert len({ring.seal(b"x", "a") for _ in range(50)}) == 50


def test_hashes_stay_when_keys_rotate_and_differ_by_jurisdiction_and_field() -> None:
    ring = Keyring.fresh()
    rotated = ring.with_new().with_current_only()
    assert ring.mark("wd", "phone", "13800000000") == rotated.mark("wd", "phone", "13800000000")
    others = {ring.mark("hn", "phone", "13800000000"), ring.mark("wd", "name", "13800000000")}
    assert ring.mark("wd", "phone", "13800000000") not in others
    assert len(others) == 2
    assert Keyring.fresh().mark("wd", "phone", "13800000000") != ring.mark("wd", "phone", "13800000000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 64,
        "k1:" + "0" * 64,
        "find:" + "0" * 64,
        f"k1:{'0' * 63}\nfind:{'0' * 64}",
        f"k1:{'0' * 64}\nk1:{'1' * 64}\nfind:{'0' * 64}",
    ],
)
def test_keys_that_are_written_wrongly_are_refused_and_not_repeated_in_the_message(text: str) -> None:
    with pytest.raises(BadKeys) as error:
        Keyring.parse(text)
    assert "0" * 8 not in str(error.value)


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(BadKeys, match="rot13"):
        Keyring.parse(Keyring.fresh().text(), "rot13")


def test_neither_keys_nor_identities_show_in_a_repr() -> None:
    ring = Keyring.parse(f"k1:{'ab' * 32},find:{'cd' * 32}")
    assert "ab" * 8 not in repr(ring)
    assert "\\xab" not in repr(ring)
    assert "张三" not in repr(Identity(name="张三", phone="13812341234"))
