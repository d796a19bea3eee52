"""Which addresses may be called: what a pasted address could reach of the house is decided here."""

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"https": 443, "http": 80, "smtps": 465, "smtp": 25}
WEB = ("https", "http")
LONGEST = 500
"""The longest address."""
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_UNSEEN = re.compile(r"[^\x21-\x7e]")
_WITHIN = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""IPv6 that leads on to an IPv4 address: of NAT64, 6to4 and Teredo."""

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadAddress(ValueError):
    """What was written is no address that can be called; says why, in words for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an address leads: scheme, host and port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, address: str, schemes: Collection[str] = WEB) -> Self:
        """The origin of an address. Raises BadAddress."""
        if len(address) > LONGEST or _UNSEEN.search(address) or "\\" in address:
            raise BadAddress(f"地址须为{LONGEST}个字符以内的英文字符，不含空格")
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise BadAddress("地址写法不对") from error
        return cls._of(parts, port, schemes)

    @classmethod
    def _of(cls, parts: SplitResult, port: int | None, schemes: Collection[str]) -> Self:
        if parts.scheme not in schemes:
            raise BadAddress(f"地址须以 {'、'.join(f'{one}://' for one in schemes)} 开头")
        if parts.username is not None or parts.password is not None:
            raise BadAddress("地址里不能写用户名和密码")
        if parts.fragment:
            raise BadAddress("地址里不能有 #")
        host = parts.hostname or ""
        if not _HOST.fullmatch(f"[{host}]" if ":" in host else host) or port == 0:
            raise BadAddress("地址里的主机名或端口不对")
        return cls(parts.scheme, host.rstrip(".").lower(), port or DEFAULT_PORTS[parts.scheme])

    @property
    def literal(self) -> IpAddress | None:
        """The host where it is an IP address itself."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Listed:
    """The origins that the operator lists: these may be private, and written with http they are called in clear."""

    origins: frozenset[Origin] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read addresses between white space or commas. Raises BadAddress."""
        try:
            return cls(frozenset(Origin.of(one, DEFAULT_PORTS) for one in re.split(r"[\s,]+", text) if one))
        except BadAddress as bad:
            raise BadAddress(f"BIHUAN_OUTBOUND：{bad}") from bad

    def refusal(self, address: str, schemes: Collection[str] = WEB) -> str:
        """Why an address is not to be called whatever its name leads to, or nothing. Asks no name server."""
        try:
            origin = Origin.of(address, schemes)
        except BadAddress as bad:
            return f"{bad}。"
        if origin in self.origins:
            return ""
        if origin.scheme == "http":
            return "地址须以 https:// 开头；本机房的明文地址须由⟨operator⟩列入 BIHUAN_OUTBOUND。"
        literal = origin.literal
        if origin.host == "localhost" or (literal is not None and not is_public(literal)):
            return "地址在内部网络；须由⟨operator⟩列入 BIHUAN_OUTBOUND。"
        return ""

    def allowed(self, origin: Origin, found: Iterable[str]) -> tuple[str, ...]:
        """Of the IP addresses to which a host leads those that may be called: all of them, or none where one is
        private."""
        addresses = tuple(dict.fromkeys(found))
        if origin in self.origins or all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
            return addresses
        return ()


def is_public(address: IpAddress) -> bool:
    """Whether an IP address is one of the public network, and leads nowhere else."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _WITHIN):
            return False
    return address.is_global and not address.is_multicast
