"""A registrar who brings tables of letters, and the worker who sees to them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from bihuan.mailbags import commands
from bihuan.mailbags.types import Bring
from bihuan.organisations import clocks
from tests.towns import Town
from tests.web.officials import Official, Page

URL = "/cases/import/"
HEADINGS = "留言编号,留言主题,留言时间,留言详情,姓名,电话"
GOOD = "1001,路灯不亮,2025-02-27,小区门口路灯坏了三天。,王某,13800001234"
ALSO = "1002,咨询落户,2025-02-28,外地户口怎样落户？,,"
BAD = "1003,井盖缺失,昨天,人民路井盖缺失。,,"


def table(*lines: str) -> bytes:
    """A csv of these lines."""
    return "\n".join(lines).encode()


def bring(town: Town, content: bytes, name: str = "来件.csv") -> int:
    """Upload a table without a page; answers its id."""
    return commands.bring(
        name=name,
        data=BytesIO(content),
        size=len(content),
        fields=Bring(channel=town.channel),
        actor=town.actor("desk.registrar"),
        now=clocks.here(town.code),
    )


class Worker:
    """Does what waits for a worker since it was made."""

    def __init__(self) -> None:
        self._done = ProcrastinateJob.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def work(self) -> None:
        """See to the tables that wait."""
        jobs = ProcrastinateJob.objects.filter(task_name__in=[commands.CHECK, commands.REGISTER], id__gt=self._done)
        for job in jobs.order_by("id"):
            self._done = job.id
            do = commands.check if job.task_name == commands.CHECK else commands.carry_out
            do(job.args["mailbag"], at=datetime.now(UTC))


class Registrar:
    """Somebody at the page of the tables; `work` does what a worker does meanwhile."""

    def __init__(self, official: Official, channel: str) -> None:
        self.official, self.channel = official, channel
        self.url = ""
        self._worker = Worker()

    def bring(self, content: bytes, name: str = "来件.csv", status: int = 302) -> Page:
        """Upload a table and have it looked through; answers the page that follows."""
        file = BytesIO(content)
        file.name = name
        answer = self.official.client.post(URL, {"channel": self.channel, "file": file})
        assert answer.status_code == status, (answer.status_code, Page(answer).text[-1500:])
        if status != 302:
            return Page(answer)
        self.url = answer.headers["Location"]
        assert "正在检查" in self.official.read(self.url).text
        return self.work()

    def work(self) -> Page:
        """Let the worker see to what waits for it."""
        self._worker.work()
        return self.page()

    def page(self) -> Page:
        """The page of the table."""
        return self.official.read(self.url)

    def do(self, word: str, status: int = 302, **said: str) -> Page:
        """Press a button of the page; answers what follows once the worker has seen to it."""
        forms = [form for form in self.page().forms if form.action == self.url]
        form = forms[-1] if word == "drop" else forms[0]
        assert said.keys() <= form.controls, form.controls
        answer = self.official.client.post(self.url, {**form.values, **said, "do": word})
        assert answer.status_code == status, (answer.status_code, Page(answer).text[-1500:])
        return self.work() if status == 302 and word != "drop" else Page(answer)

    def fetch(self, which: str, status: int = 200) -> list[Sequence[object]]:
        """The lines of a file that was made of the table."""
        answer = self.official.client.post(f"{self.url}{which}/")
        assert answer.status_code == status, answer.status_code
        if status != 200:
            return []
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
