"""From which network something comes: what one customer holds, so that nobody counts as many."""

from ipaddress import IPv6Address, IPv6Network, ip_address


def network(address: str) -> str:
    """The IPv4 address, or the first of the 2⁶⁴ IPv6 addresses that one customer holds; empty for what is neither."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False).network_address)
    return str(found)
