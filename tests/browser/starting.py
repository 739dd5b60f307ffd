"""What the people of a new trust do on its pages, step by step: for test_starting.py."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib import clock, ids
from chalicelib.tenancy import calendar
from infra.local import oidc, wonde
from tests.browser.passkeys import make_passkey, use_passkey
from tests.browser.tab import Tab, Way
from tests.cloud.visitor import Post

DOMAIN = "moorland.example"
_CODE = re.compile(r"\b\d{4} ?\d{4}\b")


@dataclass
class Story:
    """A trust from nothing. A page is inspected when it first comes up, once for each way."""

    browser_for: Callable[[Way], Tab]
    post: Post
    mark: str = field(default_factory=ids.tenant)
    seen: set[str] = field(default_factory=set)

    def tab(self, way: Way) -> Tab:
        made = self.browser_for(way)
        made.seen = self.seen
        return made

    def address(self, name: str) -> str:
        return f"{name}.{self.mark}@{DOMAIN}"

    def codes(self, address: str) -> list[str]:
        """Those that an address was sent so far."""
        return [found[0] for mail in self.post.to(address) if (found := _CODE.search(mail.text))]

    def enter_code(self, tab: Tab, address: str, press: str, before: int) -> None:
        """Type the code that comes after the first so many."""
        while len(found := self.codes(address)) <= before:
            self.post.wait_for(address, len(self.post.to(address)) + 1)
        tab.fill("Code", found[-1])
        tab.press(press)

    # --- the trust ------------------------------------------------------------------------------

    def start(self, tab: Tab, address: str) -> None:
        tab.open("/start")
        tab.press("A trust")
        tab.fill("Name of the trust", "Moorland Trust")
        tab.fill("Your full name", "Ana Admin")
        tab.fill("Your own work email address", address)
        tab.tick("I work for it and may set it up")
        tab.press("Email me a code")
        self.enter_code(tab, address, "Set it up", 0)

    # --- signing in -----------------------------------------------------------------------------

    def accept(self, tab: Tab, address: str, school: str) -> str:
        """Press the link in the mail, sign in when that is still to do; gives the school's path."""
        subject = f"by {school}"
        while not (found := [m for m in self.post.to(address) if m.subject.endswith(subject)]):
            self.post.wait_for(address, len(self.post.to(address)) + 1)
        [link] = [each for each in found[-1].links() if "/invited/" in each]
        tab.open(link)
        tab.press("Accept and sign in")
        if "/signin" in tab.path:
            self.by_code(tab, address)
        return tab.path

    def by_code(self, tab: Tab, address: str) -> None:
        before = len(self.codes(address))
        tab.fill("Your work email address", address)
        tab.press("Email me a link and a code")
        self.enter_code(tab, address, "Sign in", before)


def take_directories(trust: Tab) -> None:
    """Name the trust's own directories, which its people's accounts belong to (R11)."""
    trust.menu("Settings")
    trust.press("Microsoft and Google accounts")
    trust.fill("Microsoft directory (tenant) IDs", oidc.DIRECTORY)
    trust.fill("Google Workspace domains", DOMAIN)
    trust.press("Save directories")
    trust.sees("The directories are saved")


def by_provider(tab: Tab, name: str, address: str) -> None:
    """Through Microsoft's or Google's own page and back, where scripts press on by themselves."""
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name=name).click()
    tab.page.get_by_label("work email address").fill(address)
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name="Sign in", exact=True).click()
    if tab.way is Way.NO_SCRIPTS:
        tab.look()
        tab.press("Continue")
    else:
        tab.page.wait_for_function("() => !document.querySelector('form[data-press]')")
        tab.look()


def connect(tab: Tab, provider: str, address: str) -> None:
    """Connect an account; sign out, and in again with one press at the provider."""
    tab.account("How you sign in")
    by_provider(tab, f"Connect {provider}", address)
    tab.sees(f"You signed in here with your {provider} account")
    tab.account("Sign out")
    tab.press("Sign in again")
    by_provider(tab, f"Sign in with {provider}", address)


def keep_passkey(tab: Tab) -> None:
    """Make a passkey; sign out, and in again without an address."""
    tab.account("How you sign in")
    make_passkey(tab, "My phone")
    tab.account("Sign out")
    tab.press("Sign in again")
    use_passkey(tab)
    tab.look()


# --- setting up -----------------------------------------------------------------------------------


def add_school(trust: Tab, name: str, head: str, *, helps: bool = False) -> None:
    trust.menu("Schools")
    trust.press("Add a school")
    trust.fill("Name of the school", name)
    trust.choose("Primary school")
    trust.fill("How many pupils, about?", "210")
    trust.fill("Name of the headteacher", "Edna Executive")
    trust.fill("Work email address of the headteacher", head)
    if helps:
        trust.tick("I will help to set it up, and see no case there")
    trust.press("Add the school")
    trust.sees(name)


def still_to_do(tab: Tab) -> None:
    """Press what stands above each page of a school that is not live."""
    with tab.page.expect_navigation():
        tab.page.get_by_role("link", name="What is still to do").click()
    tab.look()


def name_people(desk: Tab, head: str, deputy: str, lead: str, governor: str, chair: str) -> None:
    """One address, several posts: the executive head leads safeguarding in all three."""
    desk.press("Name the people every school must have")
    for post, name, address in (
        ("Designated safeguarding lead", "", head),
        ("Deputy designated safeguarding lead", "Dev Deputy", deputy),
        ("Online safety lead", "Sena Senior", lead),
        ("Senior leader", "", lead),
        ("Governor", "Gus Governor", governor),
        ("Chair of governors", "Cher Chair", chair),
    ):
        desk.fill("Full name", name, of=post)
        desk.fill("Email address", address, of=post)
    desk.press("Save and invite")
    desk.sees("Everybody new has an invitation")


def enter_terms(desk: Tab) -> None:
    desk.press("Enter the term dates")
    for term in calendar.usual_terms(calendar.academic_year(clock.today())):
        for part, day in (("First day", term.first_on), ("Last day", term.last_on)):
            group = f"{part} of {term.name} term"
            desk.fill("Day", str(day.day), of=group)
            desk.fill("Month", str(day.month), of=group)
            desk.fill("Year", str(day.year), of=group)
    desk.press("Save term dates")
    desk.sees("The term dates are saved.")


def plan_the_nights(desk: Tab) -> None:
    desk.press("Say what happens outside school hours")
    desk.fill("What does whoever is told do, when the school is closed?", "We look until ten.")
    desk.press("Save the plan")


def go_live(desk: Tab) -> None:
    desk.press("Done: look through the settings")
    desk.press("Go live")
    desk.sees("This school is live.")


# --- pupils ---------------------------------------------------------------------------------------


def send_roster(tab: Tab, name: str, body: bytes) -> None:
    """From the school's first page to what would change, or to what the columns are."""
    tab.menu("People")
    tab.press("Classes")
    tab.press("Bring in pupils")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": body}
    tab.page.get_by_label("File with your pupils").set_input_files([file])  # type: ignore[list-item]
    tab.press("Send the file")


def bring_in(tab: Tab) -> str:
    """Have what was looked at brought in, see it done; gives the file of what happened."""
    tab.press("Bring them in")
    tab.waits_for("Download the CSV")
    tab.sees("Your pupils are in")
    happened = tab.download("Download the CSV").decode("utf-8-sig")
    with tab.page.expect_navigation():
        tab.page.get_by_role("link", name="Back to where you asked for it").click()
    tab.look()
    return happened


def tie_to_wonde(tab: Tab) -> None:
    """From the classes to what Wonde would change; the stand-in for it runs on this machine."""
    tab.press("Bring in pupils")
    tab.press("Take them from your system through Wonde instead")
    tab.fill("School id in Wonde", wonde.SCHOOL)
    tab.fill("Token for Holdfast", "not-the-token-of-this-school")
    tab.press("Connect")
    tab.sees("Wonde does not let Holdfast in")
    tab.fill("Token for Holdfast", wonde.TOKEN)
    tab.press("Connect")
    tab.sees("It worked")
    tab.press("Look at what would change")


# --- a member of staff leaves ---------------------------------------------------------------------


def agree_on_an_action(desk: Tab, owner: str) -> None:
    """Write down what somebody is to do, which is then their task (S233)."""
    desk.menu("Registers")
    desk.press("Actions agreed")
    desk.press("Add an action")
    desk.fill("What is to be done?", "Show Year 4 how to report")
    desk.page.get_by_label("Who does it?").select_option(label=owner)
    due = clock.today() + timedelta(days=14)
    for part, value in (("Day", due.day), ("Month", due.month), ("Year", due.year)):
        desk.fill(part, str(value), of="By when?")
    desk.choose("A debrief after an incident")
    desk.press("Add")
    desk.sees("Added")


def let_go(desk: Tab, name: str) -> None:
    """Come to the page where somebody leaves."""
    desk.menu("People")
    desk.press(name)
    desk.press("Hand over what they have open, and end their access")
