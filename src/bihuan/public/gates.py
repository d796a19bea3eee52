"""How much may come in from whom, on the public site."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest
from django.utils import timezone

from bihuan.floodgate import commands as floodgate
from bihuan.floodgate.types import Measure

HOUR = timedelta(hours=1)
ANYTHING = Measure("public.anything", 90, HOUR)
"""Everything that one network sends."""
SUBMIT = Measure("public.submit", 10, HOUR)
"""Requests of one network: a household, an office, a village behind one address."""
SUBMIT_ALL = Measure("public.submit-all", 1200, HOUR)
"""Requests of a whole jurisdiction: far more than a bad day brings, far less than what would bury a desk."""
LOOK_UP = Measure("public.look-up", 20, HOUR)
LOOK_UP_NUMBER = Measure("public.look-up-number", 10, HOUR)
"""Tries of one case number, right or not there: at this pace ten digits last for a hundred thousand years."""
LOOK_UP_ALL = Measure("public.look-up-all", 6000, HOUR)
ACT = Measure("public.act", 20, HOUR)
"""What is said in one case."""


def network(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the half of an IPv6 address that one customer holds."""
    said = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(said)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> 64)
    return str(address)


def take(measure: Measure, key: str) -> None:
    """Take one token now. Raises TooMany."""
    floodgate.take(measure, key, at=timezone.now())
