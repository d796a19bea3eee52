"""Which addresses may be called, and which of those to which a name leads."""

import pytest

from bihuan.outbound.origins import BadAddress, Listed, Origin

LISTED = Listed.parse("https://hooks.inside.gov.cn:8443, http://10.20.0.5:8080")


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example.com/a?b=c",
        "https://8.8.8.8/",
        "https://[2400:3200::1]/x",
        "https://hooks.inside.gov.cn:8443/here",
        "http://10.20.0.5:8080/a",
        "HTTPS://HOOKS.example.com",
    ],
)
def test_what_is_public_and_https_or_listed_may_be_called(address: str) -> None:
    assert LISTED.refusal(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.com",
        "ftp://hooks.example.com/",
        "http://hooks.example.com/",
        "http://10.20.0.5/",
        "http://10.20.0.5:8081/",
        "https://10.20.0.5:8080/",
        "https://localhost/",
        "https://localhost./",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://user:word@hooks.example.com/",
        "https://hooks.example.com\\@10.0.0.1/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nX: y",
        "https://例子.中国/",
        "https:///path",
        "https://-x/",
        "https://[::1/",
        "https://hooks.example.com/" + "x" * 500,
    ],
)
def test_what_is_not_may_not(address: str) -> None:
    assert LISTED.refusal(address)


def test_a_name_is_called_where_all_that_it_leads_to_is_public() -> None:
    name = Origin.of("https://hooks.example.com/")
    assert LISTED.allowed(name, ["8.8.8.8", "2400:3200::1", "8.8.8.8"]) == ("8.8.8.8", "2400:3200::1")
    for private in ("10.0.0.1", "127.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:192.168.0.1", "169.254.1.1"):
        assert LISTED.allowed(name, ["8.8.8.8", private]) == (), private
    assert LISTED.allowed(Origin.of("https://hooks.inside.gov.cn:8443/"), ["10.9.9.9"]) == ("10.9.9.9",)
    assert LISTED.allowed(Origin.of("https://hooks.inside.gov.cn/"), ["10.9.9.9"]) == (), "another port"


def test_a_list_that_cannot_be_read_is_told_by_its_name() -> None:
    assert Listed.parse("  ").origins == frozenset()
    with pytest.raises(BadAddress, match="BIHUAN_OUTBOUND"):
        Listed.parse("10.20.0.5")
