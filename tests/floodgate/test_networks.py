"""Nobody counts as many by changing the address within what is theirs."""

import pytest

from bihuan.floodgate.networks import network


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.7:1234", ""),
    ],
)
def test_an_address_has_one_network(address: str, found: str) -> None:
    assert network(address) == found
