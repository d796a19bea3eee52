"""Whose address counts behind proxies, and what is noted where more of them spoke than are trusted."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from bihuan.config import network


@pytest.fixture(autouse=True)
def _note(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr(network, "_noted_at", None)


def asked(forwarded: str) -> str:
    """Whose address the request has after it came through."""

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.META["REMOTE_ADDR"])

    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1")
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    answered = network.true_address(answer)(request)
    assert isinstance(answered, HttpResponse)
    return answered.content.decode()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "whose", "noted"),
    [
        (0, "", "127.0.0.1", False),
        (0, "192.0.2.1", "127.0.0.1", True),
        (1, "", "127.0.0.1", False),
        (1, "192.0.2.1", "192.0.2.1", False),
        (1, "198.51.100.9, 192.0.2.1", "192.0.2.1", True),
        (2, "198.51.100.9, 192.0.2.1", "198.51.100.9", False),
        (2, "192.0.2.1", "127.0.0.1", False),
        (1, "nobody", "127.0.0.1", False),
    ],
)
def test_the_outermost_proxy_of_ours_says_who_asks(
    trusted: int, forwarded: str, whose: str, noted: bool, settings: Any, tmp_path: Path
) -> None:
    settings.TRUSTED_PROXIES = trusted
    assert asked(forwarded) == whose
    assert (tmp_path / "hops.json").exists() is noted
    if noted:
        told = json.loads((tmp_path / "hops.json").read_text())
        assert told == {"carried": len(forwarded.split(",")), "trusted": trusted}


def test_it_is_noted_now_and_then_and_a_full_disk_stops_nobody(settings: Any, tmp_path: Path) -> None:
    settings.TRUSTED_PROXIES = 1
    asked("198.51.100.9, 192.0.2.1")
    (tmp_path / "hops.json").unlink()
    assert asked("198.51.100.9, 192.0.2.2") == "192.0.2.2"
    assert not (tmp_path / "hops.json").exists(), "once in ten minutes is enough"
    network._noted_at = None
    settings.DATA_FOLDER = tmp_path / "gone"
    assert asked("198.51.100.9, 192.0.2.3") == "192.0.2.3"
