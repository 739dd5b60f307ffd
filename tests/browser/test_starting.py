"""In a browser: a trust with three schools from nothing to its first access review (issue 7)."""

from collections.abc import Callable

from chalicelib.ids import SchoolId, TrustId
from chalicelib.people import morning
from infra.local.cloud import LocalCloud
from tests.browser import starting
from tests.browser.passkeys import with_authenticator
from tests.browser.starting import Story
from tests.browser.tab import Tab, Way
from tests.builders import within
from tests.cloud.visitor import Post
from tests.people.rosters import files

ASH, BIRCH, CEDAR = "Ash Primary", "Birch Primary", "Cedar Primary"
BAD_LINE = "A123456789019,Late,Lou,Year 40,4 Oak,N" + "," * 11 + "\r\n"


def test_a_trust_with_three_schools_from_nothing_to_its_access_review(
    browser_for: Callable[[Way], Tab], post: Post, inside: LocalCloud
) -> None:
    """Issue 7's "Done when": set up by its own people, a roster in each format, signing in with a
    passkey, Microsoft and Google, one leaves mid-term, who has access is looked through and signed
    (R11, R12, R19, R-ROST, S299).
    """
    assert inside
    story = Story(browser_for, post)
    trust, desk = story.tab(Way.DESKTOP), with_authenticator(story.tab(Way.PHONE))
    deputy, governor = story.tab(Way.NO_SCRIPTS), story.tab(Way.PHONE)

    at = _three_schools(story, trust, desk)
    _each_signs_in_their_own_way(story, at, desk, deputy, governor)
    _a_roster_in_each_format(trust, desk, at)
    _the_deputy_leaves(story, desk, deputy, at[ASH])
    _who_has_access(trust, desk, governor, at[ASH])


def _three_schools(story: Story, trust: Tab, desk: Tab) -> dict[str, str]:
    """Signed up by a code, schools added, people named, dates entered once, all three live."""
    admin, head = story.address("ana"), story.address("edna")
    others = [story.address(each) for each in ("sena", "gus", "cher")]
    at: dict[str, str] = {}

    story.start(trust, admin)
    trust.sees("No schools yet")
    starting.take_directories(trust)
    for name in (ASH, BIRCH, CEDAR):
        first = name == ASH
        starting.add_school(trust, name, head, helps=first)
        at[name] = story.accept(desk, head, name)
        starting.still_to_do(desk)
        deputy = "dev" if first else f"deputy.{len(at)}"  # who belongs to one school only
        starting.name_people(desk, head, story.address(deputy), *others)
        if first:
            starting.enter_terms(desk)
            starting.still_to_do(desk)
            starting.plan_the_nights(desk)
            starting.still_to_do(desk)
        starting.go_live(desk)

    trust.menu("Schools")
    assert 3 == trust.text.count("Live")
    assert "Being set up" not in trust.text
    return at


def _each_signs_in_their_own_way(
    story: Story, at: dict[str, str], desk: Tab, deputy: Tab, governor: Tab
) -> None:
    """By the mail that invited them once; then the head with a passkey, the deputy with Microsoft
    where scripts are off, a governor with Google (R11, R12).
    """
    starting.keep_passkey(desk)
    for tab, name, provider in ((deputy, "dev", "Microsoft"), (governor, "gus", "Google")):
        address = story.address(name)
        story.accept(tab, address, ASH)
        starting.connect(tab, provider, address)
        tab.reads(name.capitalize())
        assert at[ASH] == tab.path


def _a_roster_in_each_format(trust: Tab, desk: Tab, at: dict[str, str]) -> None:
    """CSV with a heading nobody knows and a line nobody can read, OneRoster, CTF, then Wonde."""
    trust.account("Your places")
    trust.press(ASH)
    table = files.as_csv(files.pupils()).decode().replace("Reg Group", "Where they sit")
    starting.send_roster(trust, "pupils.csv", (table + BAD_LINE).encode())
    trust.press("Continue")
    trust.sees("Say which column has the class or tutor group")
    trust.page.get_by_label("Where they sit").select_option("Class or tutor group")
    trust.press("Continue")
    trust.sees("2 contacts are left out")
    problems = trust.download("Download all the problems (CSV)").decode("utf-8-sig")
    assert '"5","Year group","Enter a year group from Nursery to 13"' in problems
    assert '"Zed Young","R Ash","joined"' in starting.bring_in(trust)
    _siblings_share_a_mother(trust)

    desk.open(at[BIRCH])
    starting.send_roster(desk, "oneroster.zip", files.as_oneroster(files.pupils()))
    desk.sees("does not say who is under a court order")
    desk.sees("1 contact is left out")
    starting.bring_in(desk)
    desk.press("4 Oak")
    desk.sees("Sam Young, parent")
    assert "Ann Ash" not in desk.text

    desk.open(at[CEDAR])
    starting.send_roster(desk, "common.xml", files.as_ctf(files.pupils()))
    desk.sees("2 contacts are left out")
    starting.bring_in(desk)
    desk.press("4 Oak")
    desk.sees("Sam Young, father")
    assert "Bo Barr" not in desk.text

    desk.menu("People")
    desk.press("Classes")
    starting.tie_to_wonde(desk)
    desk.sees("2 contacts are left out")
    desk.sees("3 are not in what Wonde sent")
    desk.choose("Leave them as they are")
    starting.bring_in(desk)
    desk.press("4 Willow")
    desk.sees("Cleo Sparrow")
    assert {"Robin Sparrow, mother"} == {each for each in desk.text.split("\n") if ", " in each}


def _siblings_share_a_mother(office: Tab) -> None:
    """Her address is put right at one of her children, and is right at the other."""
    office.press("4 Oak")
    office.sees("No contacts")  # Ola's aunt and the father who is barred stayed out
    office.press("Amy Young")
    office.press("Change Pat Young")
    office.fill("Email address", "pat.young@example.net")
    office.press("Save")
    office.menu("People")
    office.press("Classes")
    office.press("R Ash")
    office.press("Zed Young")
    office.sees("pat.young@example.net")


def _the_deputy_leaves(story: Story, desk: Tab, deputy: Tab, at: str) -> None:
    """Mid-term: what was theirs is the head's, their open page leads nowhere, signing in shows
    nothing; the last who can be reached may not go (R19, S299).
    """
    desk.open(at)
    starting.agree_on_an_action(desk, "Dev Deputy")
    deputy.open(at)
    deputy.sees("Do what was agreed")

    starting.let_go(desk, "Edna Executive")
    desk.press("Remove from this school")
    desk.sees("Give the roles of headteacher and designated safeguarding lead to somebody else")
    starting.let_go(desk, "Dev Deputy")
    desk.sees("Do what was agreed")
    desk.press("Remove from this school")
    desk.sees("Choose who takes over what they have open")
    taker = desk.page.get_by_label("Who takes over what they have open?")
    taker.select_option(label="Edna Executive, headteacher")
    desk.press("Remove from this school")
    desk.sees("They have no access to this school any more.")
    desk.sees("Every school must name somebody as: deputy designated safeguarding lead.")
    assert "Dev Deputy" not in desk.text

    deputy.press("Incident log")
    deputy.reads("Sign in")
    starting.by_provider(deputy, "Sign in with Microsoft", story.address("dev"))
    deputy.reads("You belong to no school here")
    deputy.press("Sign in another way")
    story.by_code(deputy, story.address("dev"))
    deputy.sees("You do not belong to a school or trust on Holdfast any more.")
    assert ASH not in deputy.page.content()

    desk.open(at)
    desk.sees("Do what was agreed")
    assert "On duty now\n\nYou\nDesignated safeguarding lead" in desk.text


def _who_has_access(trust: Tab, desk: Tab, governor: Tab, at: str) -> None:
    """The term's review waits on the head's page: who helped to set the school up needs that no
    more, everybody else stays; then the trust's own people (R19).
    """
    trust.account("Your places")
    trust.press(ASH)
    school = SchoolId(at.rpartition("/")[2])
    with within(school):
        assert 1 == morning.plan(school)

    desk.open(at)
    desk.press("Look through who has access")
    lines = {each: desk.page.locator("tr", has_text=each) for each in ("Edna", "Gus", "Sena")}
    for name, says in (("Edna", "Passkey"), ("Gus", "Google"), ("Sena", "Invited")):
        assert says in lines[name].inner_text()
    assert "Dev Deputy" not in desk.text
    desk.tick("Take away Ana Admin")
    desk.press("Sign the review")
    desk.sees("Tick to say that you have looked at everybody")
    desk.tick("I have looked at everybody in this list")
    desk.press("Sign the review")
    desk.sees("The review is signed and kept.")
    desk.unfold("5 people, 1 taken away")
    desk.sees("Signed by Edna Executive.")
    desk.sees("Ana Admin: School office, taken away")
    desk.sees("Gus Governor: Governor, kept")
    desk.open(at)
    assert "Look through who has access" not in desk.text

    trust.is_shut_out("People")
    governor.press("Absence and duty")
    governor.sees("Edna Executive")
    trust.press("your places")
    assert 1 == morning.plan_trust(TrustId(trust.path.rpartition("/")[2]))
    trust.menu("Overview")
    trust.press("Look through who has access")
    trust.tick("I have looked at everybody in this list")
    trust.press("Sign the review")
    trust.sees("1 person, 0 taken away")
