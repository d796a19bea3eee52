"""How much may come in from whom, on the public site."""

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from bihuan.floodgate import commands as floodgate
from bihuan.floodgate import networks
from bihuan.floodgate.types import Measure, TooMany

Token = tuple[Measure, str]
"""A measure, and whose."""
HOUR = timedelta(hours=1)
ANYTHING = Measure("public.anything", 90, HOUR)
"""Everything that one network sends."""
SUBMIT = Measure("public.submit", 10, HOUR)
"""Requests of one network: a household, an office, a village behind one address."""
SUBMIT_ALL = Measure("public.submit-all", 1200, HOUR)
"""Requests of a whole jurisdiction: far more than a bad day brings, far less than what would bury a desk."""
UPLOAD = Measure("public.upload", 60, HOUR)
"""Files of one network, each looked into: what the requests may carry that it may submit."""
LOOK_UP_HERE = Measure("public.look-up-here", 10, HOUR)
"""Wrong codes for one case number from one network."""
LOOK_UP = Measure("public.look-up", 20, HOUR)
"""Wrong codes of one network."""
LOOK_UP_NUMBER = Measure("public.look-up-number", 200, HOUR)
"""Wrong codes for one case number, it be there or not: at this pace ten digits last for five thousand years."""
LOOK_UP_ALL = Measure("public.look-up-all", 6000, HOUR)
OWN = 3
"""So many codes for a number may a network try, whatever others have used up: a right one is not refused for theirs."""
ACT = Measure("public.act", 20, HOUR)
"""What is said in one case."""


def network(request: HttpRequest) -> str:
    """Where a request comes from."""
    return networks.network(request.META.get("REMOTE_ADDR", "")) or "unknown"


def take(measure: Measure, key: str) -> float:
    """Take one token now, and answer how many are left. Raises TooMany."""
    return floodgate.take(measure, key, at=timezone.now())


def take_all(*wanted: Token) -> list[Token]:
    """Take one of each now, or none where one of them is used up. Raises TooMany."""
    taken: list[Token] = []
    for token in wanted:
        try:
            take(*token)
        except TooMany:
            give_back(taken)
            raise
        taken.append(token)
    return taken


def give_back(taken: Iterable[Token]) -> None:
    """Put back what was taken for what came to nothing."""
    for token in taken:
        floodgate.give_back(*token)


def look_up(request: HttpRequest, place: str, number: str) -> list[Token]:
    """Take what a wrong code costs, before it is compared; for a right one it is to be given back. Raises TooMany."""
    here = network(request)
    mine = (LOOK_UP_HERE, f"{place} {number} {here}")
    own = take(*mine) >= LOOK_UP_HERE.tokens - OWN
    taken: list[Token] = [mine]
    for token in ((LOOK_UP, here), (LOOK_UP_NUMBER, f"{place} {number}"), (LOOK_UP_ALL, place)):
        try:
            take(*token)
            taken.append(token)
        except TooMany:
            if not own:
                give_back(taken)
                raise
    return taken
