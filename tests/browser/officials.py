"""Officials at real browsers."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.towns import PASSWORD

LATE = 60_000
"""Milliseconds that no machine takes, however busy it is."""
expect.set_options(timeout=LATE)

AT_REST = """() => document.readyState === "complete" && (!document.querySelector("script[src*=tom-select]")
  || [...document.querySelectorAll("select[data-choose]")].every((select) => select.tomselect))"""
"""The page is whole, and the lists that can be searched are ready: nobody types sooner."""

LEFT = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx says of a request that was under way when its page was left."""


class Desk:
    """Officials by account, each signed in with a browser of their own; what a page complains of fails the test."""

    def __init__(self, browser: Browser, url: str, *, scripts: bool = True) -> None:
        self._browser, self._url, self._scripts = browser, url, scripts
        self._sat: dict[str, tuple[BrowserContext, Page]] = {}
        self.trouble: list[str] = []

    def __getitem__(self, account: str) -> Page:
        if account not in self._sat:
            self._sat[account] = self._sit_down(account)
        return self._sat[account][1]

    def _sit_down(self, account: str) -> tuple[BrowserContext, Page]:
        context = self._browser.new_context(
            base_url=self._url, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=self._scripts
        )
        context.set_default_timeout(LATE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", self._listen)
        sign_in(page, account)
        return context, page

    def _listen(self, said: ConsoleMessage) -> None:
        refused = "status of 4" in said.text  # a refusal is an answer, not trouble
        left = said.text.startswith(LEFT)
        if said.type in ("error", "warning") and not refused and not left:
            self.trouble.append(said.text)

    def leave(self) -> None:
        """Everybody goes home."""
        for context, _ in self._sat.values():
            context.close()
        assert self.trouble == [], self.trouble


def sign_in(page: Page, account: str) -> None:
    """Come in."""
    page.goto("/sign-in/")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    page.wait_for_function(AT_REST)  # a key that is pressed before the scripts came is nobody's


def open_task(page: Page, title: str) -> None:
    """From the workbench to the thing that is to be done."""
    page.goto("/")
    page.get_by_role("row", name=title).get_by_role("link", name=title).first.click()


def do(page: Page, act: str, said: str, **typed: Any) -> None:
    """Do an act by its form; `said` is what the page then tells."""
    send(page, act, **typed)
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()


def send(page: Page, act: str, **typed: Any) -> None:
    """Fill in the form of an act and send it."""
    page.wait_for_load_state()
    page.wait_for_function(AT_REST)
    form = page.locator(f"#act-{act}")
    if not form.evaluate("form => form.open"):
        form.locator("summary").click()
    for name, value in typed.items():
        control = form.locator(f"[name={name}]:not([type=hidden])")
        if value is True:
            control.check()
        elif isinstance(value, dict):
            control.first.set_input_files([value])  # beside it stands one for the camera
        elif control.evaluate("control => control.tagName") == "SELECT":
            choose(page, control, value)
        else:
            control.fill(value)
    form.locator("form > button").click()


def choose(page: Page, control: Any, label: str) -> None:
    """Choose by label, by typing where the list can be searched."""
    if control.evaluate("control => !control.tomselect"):
        control.select_option(label=label)
        return
    id = control.get_attribute("id")
    box = page.locator(f"#{id}-ts-control")
    box.click()
    box.fill(label)
    page.locator(f"#{id}-ts-dropdown").get_by_role("option", name=label, exact=True).click()
