"""The README's pictures, taken from the running product: `make screenshots`.

Uses the demonstration that runs with the state folder given, or starts one of its own. People sign
in as anybody does, with the code in their mail.
"""

import argparse
import contextlib
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from infra import browser as chromiums
from infra.local import ports
from infra.package.chalice_project import ROOT

PICTURES = ROOT / "docs" / "pictures"
STATE = ROOT / "build" / "screenshots"
MOST_BYTES = 200_000
PATIENCE = 30  # seconds for a mail or a report
DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 800}
DESK_SHARPNESS, PHONE_SHARPNESS = 1, 1.5  # a README shows them at about 800 and 300 pixels
USUAL_PORT = 8000


@dataclass
class Studio:
    """The running demonstration, a browser, and the folder for the pictures."""

    chromium: Browser
    address: str
    demo: dict[str, Any]
    folder: Path

    def school(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(s for s in self.demo["schools"] if s["name"] == name)
        return found

    @contextlib.contextmanager
    def somebody(self, email: str = "", *, phone: bool = False) -> Iterator[Page]:
        """A browser of their own; signed in when there is an address."""
        context = self.chromium.new_context(
            viewport=PHONE if phone else DESK,
            device_scale_factor=PHONE_SHARPNESS if phone else DESK_SHARPNESS,
            locale="en-GB",
            timezone_id="Europe/London",
            base_url=self.address,
            reduced_motion="reduce",
        )
        page = context.new_page()
        if email:
            self._sign_in(page, email)
        yield page
        context.close()

    def take(self, page: Page, name: str, *, height: int = 0) -> None:
        """Photograph what the screen shows, or the first `height` pixels of the page."""
        size = page.viewport_size or DESK
        if height:
            page.set_viewport_size({"width": size["width"], "height": height})
        page.mouse.move(0, 0)
        self.keep(name, page.screenshot(animations="disabled"))
        page.set_viewport_size(size)

    def keep(self, name: str, picture: bytes) -> None:
        png = _lighter(picture)
        if len(png) > MOST_BYTES:
            message = f"{name} has {len(png)} bytes; at most {MOST_BYTES} are wanted"
            raise SystemExit(message)
        (self.folder / f"{name}.png").write_bytes(png)
        print(f"  {name}.png", len(png) // 1000, "KB")

    def mail_to(self, address: str, *, after: int = 0) -> dict[str, Any]:
        """The newest mail of an address that has more than `after`."""
        end = time.monotonic() + PATIENCE
        while len(found := self.mails(address)) <= after:
            if time.monotonic() > end:
                message = f"No mail came for {address}"
                raise SystemExit(message)
            time.sleep(0.5)
        return found[0]

    def mails(self, address: str = "") -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.address}/_local/mail.json") as answer:  # noqa: S310
            every: list[dict[str, Any]] = json.load(answer)
        return [mail for mail in every if not address or mail["to"] == address]

    def _sign_in(self, page: Page, email: str) -> None:
        had = len(self.mails(email))
        page.goto("/signin")
        page.get_by_label("Your work email address").fill(email)
        page.get_by_role("button", name="Email me a link and a code").click()
        code = re.search(r"\b\d{4} ?\d{4}\b", self.mail_to(email, after=had)["text"])
        page.get_by_label("Code", exact=True).fill(code[0] if code else "")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector(".hf-person")


# --- the pictures -------------------------------------------------------------------------------


def safeguarding_lead(studio: Studio) -> None:
    """Her first page, an incident, the log and an alert."""
    school = studio.school("Cuckoo Lane Primary School")
    with studio.somebody(_who(school, "dsl")) as page:
        page.goto(f"/s/{school['id']}")
        studio.take(page, "home")
        page.goto(f"/s/{school['id']}/incidents?list=all")
        studio.take(page, "log")
        page.goto(f"/s/{school['id']}/incidents?list=open")
        page.locator(".hf-log th a").nth(1).click()
        studio.take(page, "record", height=1000)
        page.goto(f"/s/{school['id']}/alerts")
        page.locator("table th a").first.click()
        studio.take(page, "alert", height=1000)


def report_on_a_phone(studio: Studio) -> None:
    """The report form as a teacher has it in the corridor."""
    school = studio.school("Cuckoo Lane Primary School")
    with studio.somebody(_who(school, "staff", alone=True), phone=True) as page:
        page.goto(f"/s/{school['id']}/incidents/new")
        if page.get_by_role("link", name="Start a new report").count():
            page.get_by_role("link", name="Start a new report").click()
        page.get_by_label("Online bullying or harassment").check()
        page.get_by_role("heading", name="How people treat each other").or_(
            page.get_by_label("Online bullying or harassment")
        ).first.scroll_into_view_if_needed()
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        studio.take(page, "report-phone")


def agreements(studio: Studio) -> None:
    """Who has signed, the mail that asks, and the child's page on a parent's phone."""
    school = studio.school("Harbour Academy")
    with studio.somebody(_who(school, "office")) as page:
        page.goto(f"/s/{school['id']}/agreements")
        studio.take(page, "agreements")
        had = {mail["id"] for mail in studio.mails()}
        _ask_one_again(page)
    mail = _new_mail(studio, had, "/a/")
    with studio.somebody() as page:
        page.goto("/_local/mail")
        page.locator(f"a[href*='{mail['id']}']").first.click()
        page.set_viewport_size({"width": 700, "height": 900})
        page.frame_locator("iframe").get_by_role("link").first.wait_for()
        studio.keep("mail", page.locator("iframe").screenshot())
    (link,) = set(re.findall(r"http\S+/a/[^\s<>]+", mail["text"]))
    with studio.somebody(phone=True) as page:
        page.goto(link)
        studio.take(page, "signing-phone")
        page.goto(f"{link}/child")
        studio.take(page, "child-phone")


def trust_report(studio: Studio) -> None:
    """A term over all schools, as a page and as a PDF."""
    trust = studio.demo["trust"]
    with studio.somebody(_who(trust, "trust_administrator")) as page:
        page.goto(f"/t/{trust['id']}")
        studio.take(page, "trust")
        page.goto(f"/t/{trust['id']}/reports")
        page.locator("table th a", has_text="Autumn term").first.click()
        studio.take(page, "report", height=1000)
        with page.expect_download() as coming:
            page.get_by_role("button", name="Download the PDF").click()
        for number, name in ((1, "report-pdf"), (3, "report-pdf-inside")):
            studio.keep(name, _page_of(coming.value.path(), number))


TAKES: tuple[Callable[[Studio], None], ...] = (
    safeguarding_lead,
    report_on_a_phone,
    agreements,
    trust_report,
)


def _who(place: dict[str, Any], role: str, *, alone: bool = False) -> str:
    """The address of somebody with this role, and with no other when `alone`."""
    has = [p for p in place["people"] if role in p["roles"] and (not alone or len(p["roles"]) == 1)]
    return str(has[0]["email"])


def _ask_one_again(page: Page) -> None:
    """Send a family whose link has run out a new one."""
    families = page.locator("main th a[href*='/pupils/']")
    for href in [each.get_attribute("href") or "" for each in families.all()]:
        page.goto(href)
        if page.get_by_role("button", name=re.compile("^Send")).count():
            page.get_by_role("button", name=re.compile("^Send")).first.click()
            return
    message = "No family of this school waits for a link"
    raise SystemExit(message)


def _new_mail(studio: Studio, had: set[str], holding: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for mail in studio.mails():
            if mail["id"] not in had and holding in mail["text"]:
                return mail
        time.sleep(0.5)
    message = "The family's mail did not come"
    raise SystemExit(message)


def _lighter(picture: bytes) -> bytes:
    """The very same picture without transparency, packed as tightly as PNG can."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        opened.convert("RGB").save(made, "PNG", optimize=True)
    return made.getvalue()


def _page_of(pdf: Path, number: int) -> bytes:
    tool = shutil.which("pdftoppm")
    if tool is None:
        message = "A picture of the PDF needs pdftoppm: apt-get install poppler-utils"
        raise SystemExit(message)
    asked = [tool, "-png", "-r", "110", "-singlefile", "-f", str(number), str(pdf)]
    return subprocess.run(asked, check=True, capture_output=True).stdout


# --- the demonstration --------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, default=STATE, help="of the demonstration to use")
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--only", default="", help="one of " + ", ".join(t.__name__ for t in TAKES))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.state == STATE:  # one of our own is new each time, so that "today" is today
        shutil.rmtree(STATE, ignore_errors=True)
    with _running(asked.state) as (address, demo), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromiums.ensure(), args=chromiums.arguments()
        )
        studio = Studio(chromium, address, demo, asked.out)
        for take in TAKES:
            if asked.only in ("", take.__name__):
                take(studio)
        chromium.close()


@contextlib.contextmanager
def _running(state: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address and the people of the demonstration in this folder, started if it is not up."""
    if found := _read(state):
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(f"{found[0]}/health", timeout=20).close()  # noqa: S310 - ours
            yield found
            return
    port = int(found[0].rsplit(":", 1)[1]) if found else _usual_port()
    command = [sys.executable, "-m", "infra.local.run", "--port", str(port), "--state", str(state)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout or ():
            if line.startswith("Holdfast is ready"):
                break
        started = _read(state)
        if started is None:
            message = "The demonstration did not start; `make run` says why"
            raise SystemExit(message)
        yield started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _usual_port() -> int:
    """The one that mails should show, unless something else has it."""
    return USUAL_PORT if ports.is_free(USUAL_PORT) else ports.free()


def _read(state: Path) -> tuple[str, dict[str, Any]] | None:
    file = state / "demo.json"
    if not file.exists():
        return None
    demo: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return demo["schools"][0]["staff_form"].partition("/s/")[0], demo


if __name__ == "__main__":
    main()
