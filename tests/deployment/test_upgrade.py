"""The last release's installation becomes this version as the manual says, and people go on through nginx."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.deployment.conftest import NGINX, Site, at_work, folder
from tests.startup.running import free_port
from tests.upgrading.houses import House, put_up
from tests.upgrading.release import last

pytestmark = [
    pytest.mark.xdist_group("deployment"),  # it is set up once
    pytest.mark.skipif(NGINX is None, reason="no nginx: apt-get install nginx (make install-tests does it as root)"),
]


@pytest.fixture
def released(site: Site) -> Iterator[Site]:
    """A second site beside the first: its database and its data folder are as the last release left them."""
    site.superuser("CREATE DATABASE released OWNER bihuan")
    with folder() as place:
        old = replace(site, place=place, database="released", port=free_port(), tls=free_port(), plain=free_port())
        put_up(House(old.env("owner")["BIHUAN_OWNER_URL"], old.home))
        yield old


def test_a_release_is_backed_up_and_upgraded_and_its_cases_go_on(released: Site) -> None:
    made, site = last().made, released
    number = made["case wd dispatched"]
    site.run("bihuan-backup", **{"/var/backups/bihuan": f"{site.place}/backups", "%d": f"{site.place}/credentials"})
    (file,) = (site.place / "backups").glob("*.backup")
    assert "备份完整" in site.console(
        "restore", "--check", str(file), BIHUAN_BACKUP_KEY_FILE=f"{site.place}/credentials/backup.key"
    )
    with at_work(site):
        token = site.console("token", "issue", "wd.unit.handler", "--label", "试").strip().splitlines()[-1]
        with site.visitor(Authorization=f"Bearer {token}") as handler:
            before = handler.ask("GET", f"/api/v1/cases/{number}")
            assert before.status_code == 200, before.text
            done = handler.ask("POST", f"/api/v1/cases/{number}/acts/sign_in", json={})
            assert done.status_code == 200, done.text
            after = handler.ask("GET", f"/api/v1/cases/{number}").json()
            assert (before.json()["stage"], after["stage"]) == ("dispatched", "handling")
            assert handler.ask("GET", f"/api/v1/cases/{number}/record").status_code == 200
        with site.visitor() as anybody:
            assert anybody.ask("GET", "/sign-in/").status_code == 200
