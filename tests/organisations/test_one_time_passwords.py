"""A one-time password is kept by little work until the first sign-in; nobody can tell by the time that it is one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import process_time

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.test import override_settings

from bihuan.config import settings
from bihuan.organisations import commands
from bihuan.organisations.models import Person
from tests.towns import FOUNDER, Town, found

pytestmark = pytest.mark.django_db
OURS = [hasher for hasher in settings.PASSWORD_HASHERS if "MD5" not in hasher]


@pytest.fixture(autouse=True)
def as_installed() -> Iterator[None]:
    """The hashers of an installation, where other tests take a quick one."""
    with override_settings(PASSWORD_HASHERS=OURS):
        yield


@pytest.fixture
def town() -> Town:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return found("wd", "wendeng-2021-10")


def person(account: str) -> tuple[Person, str]:
    """Somebody new, and the password."""
    now = datetime.now(UTC)
    once = commands.enter_person(jurisdiction="wd", account=account, name="某人", actor=FOUNDER, now=now)
    return Person.objects.get(account=account), once


def seconds(of: Person, password: str) -> float:
    """How much of a processor a look at the password takes."""
    began = process_time()
    of.check_password(password)
    return process_time() - began


def test_three_hundred_people_take_seconds_and_not_minutes(town: Town) -> None:
    began = process_time()
    for number in range(30):
        person(f"wd.p{number}")
    assert process_time() - began < 3


def test_the_first_sign_in_makes_a_full_hash_of_it(town: Town) -> None:
    somebody, once = person("wd.a")
    assert identify_hasher(somebody.password).algorithm == "argon2once"
    assert not somebody.check_password("wrong")
    assert identify_hasher(Person.objects.get(account="wd.a").password).algorithm == "argon2once"
    assert somebody.check_password(once)
    again = Person.objects.get(account="wd.a")
    assert identify_hasher(again.password).algorithm == "argon2"
    assert again.check_password(once)
    assert again.provisional, "it must still be changed"


def test_a_wrong_guess_takes_as_long_as_with_any_other_account(town: Town) -> None:
    (fresh, _), (known, once) = person("wd.a"), person("wd.b")
    known.check_password(once)
    known.refresh_from_db()
    guesses = [min(seconds(one, "wrong") for _ in range(3)) for one in (fresh, known)]
    assert 0.5 < guesses[0] / guesses[1] < 2, guesses
