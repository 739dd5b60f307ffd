"""The agreements' words: nothing the policies ask for is missing, no change goes unversioned."""

import pytest

from chalicelib.agreements import library
from chalicelib.agreements.model import Party
from chalicelib.agreements.wording import MergeFields, Part

PUPILS = ("pupil-5-7", "pupil-7-11", "pupil-11-18")
RULES = {f"S{number}" for number in range(144, 163)}
FIELDS = MergeFields(
    school="Oakfield Primary School",
    dsl="Ms Imogen Hart",
    online_safety_lead="Mr Tunde Bello",
    academic_year="2026 to 2027",
)
WORDINGS = {
    ("pupil-5-7", 1): "ed34647b67ce8145f487aa45cf1d0cfd585d359be733d7c7a629c7bddfd9f094",
    ("pupil-7-11", 1): "1b89bebd04f22a9f9b5370a98a2e765d529c10b1122c8ed6eb46efd5d8445e1a",
    ("pupil-11-18", 1): "f5a01a294e7bf1f1c6eda95f67032cd2811dd408eab06b236b55563a75248028",
    ("class", 1): "791328cb270152595f9b75aad89826c2d3ab90a0451598d07713773c88bb550b",
    ("live-family", 1): "4ce24b85073f6584508d520c9b4b7bad7cee9ca4cb1a5e317a62ee88723aee20",
    ("consents", 1): "81252fddc8855009c7963d222643250c98375157569e182b07cf2321dc813187",
    ("guide", 1): "4fcf3ae87b669efb63c11350a077c50c807b050b0cc43772cc6301058ea15a85",
    ("staff", 1): "ec8ba2116ce01f78123ac70b54ebe33fcecb8d20f92b2ac30d9a417421e3ef17",
    ("staff", 2): "be067f3ba8ceb796dbaa693eddefcfb0fd3bc9426d4592ba0cff1d35500e189c",
    ("peripatetic", 1): "077d8715d8bf44a9ac912c970abdcb3b96dd609b30f6ed0058a1f7e32e02cedb",
    ("visitor", 1): "690c3eb4d949de1c285d5813b2ca74e7c65b0594291dce04afe8bf3da9ede7a4",
    ("live-staff", 1): "fae50684ab97fca7af9128b3ee2559195d7d019877cb28d7c8a94a5df64a93b9",
    ("technician", 1): "50bc384e8677a81c64a1d5255ed06ef325c9ae30c792ab5094b54864f5c936bf",
    ("community", 1): "6633d05216f14e02590588f35ada80f19c932f2e2952b02684d67e6b6600e66d",
    ("hirer", 1): "dd4ec590df24ad913cb6e92f2169e987fc1c4445316c7c70eba771396a0fa573",
    ("photographer", 1): "bfdb05a76c43e02910fb9c958d8639f9112d96f05aa676da59b68d6bef39b23b",
    ("guest", 1): "0ff43efad4dcc5e843140915bf7d52ccac11d2d620c5b2c328622765da33f950",
    ("images", 1): "9e1525bd976716b7b72e922f240b8041bdf55b39913ed0c01262c9344c0f8059",
    ("policy", 1): "597edac5d835aff3ad951fd9440cf66879913ce2611ce1b901a80555f6c67468",
    ("kcsie", 1): "3b27914585045cd09dc597c4a534f5791d18c6aa252ab2c1ad79cc55002cace3",
}

# A word or two without which a rule would no longer say what its requirement asks (S144 to S165).
MEANING = {
    "S144": ("only", "jobs|that a member of staff has agreed"),
    "S145": ("own email|personal email", "account"),
    "S146": ("teacher", "parent or carer|grown-up", "sign up|join new|register"),
    "S147": ("attachment|come in an email", "staff", "parent or carer|grown-up at home"),
    "S148": ("own files|own work", "only when"),
    "S149": ("password", "parents or carers|grown-ups at home"),
    "S150": ("polite", "sensible", "kind"),
    "S151": ("straight away", "teacher", "parent or carer|grown-up"),
    "S152": ("do not reply|do not answer", "E-Safety Champion", "teacher"),
    "S153": ("phone numbers", "schools|school", "clubs", "E-Safety Champion"),
    "S154": ("ask", "parent or carer must|grown-up must say yes", "risk"),
    "S155": ("even when", "cyberbullying|bullying"),
    "S156": ("never", "meet", "not reply|not answer", "at once|straight away"),
    "S157": ("later|when I am older", "proud|good name"),
    "S158": ("some", "get a new one|new kind of device"),
    "S159": ("how old I am|older", "games, apps|games or apps"),
    "S160": ("keep me safe|keeps? me safe", "break", "find out"),
    "S161": ("bedroom", "whole time|all the time"),
    "S162": ("8am", "5:30pm", "platform|class page", "class email"),
    "S164": ("talked about these rules", "understand", "keep to them"),
}


@pytest.mark.parametrize("key", PUPILS)
def test_every_pupil_rule_is_there_once_and_in_the_rules(key: str) -> None:
    """Each of S144 to S162 is one numbered rule of the pupil's part."""
    covers = library.template(key).covers()

    assert RULES == {number for number, parts in covers.items() if Part.RULES in parts}
    rules = library.template(key).merged(FIELDS).parts[Part.RULES]
    numbered = [line.split(".")[0] for line in rules.splitlines() if line[:1].isdigit()]
    assert [str(number) for number in range(1, 20)] == numbered


@pytest.mark.parametrize("key", PUPILS)
def test_letter_statements_and_post_holders_are_there(key: str) -> None:
    """The letter, both statements and the names at the top stand in the part that shows them."""
    covers = library.template(key).covers()

    assert (Part.LETTER,) == covers["S163"]
    assert (Part.CHILD,) == covers["S164"]
    assert (Part.PARENT,) == covers["S165"]
    assert (Part.PEOPLE,) == covers["S116"]


@pytest.mark.parametrize("key", PUPILS)
@pytest.mark.parametrize(("number", "phrases"), MEANING.items())
def test_each_line_keeps_the_meaning_of_its_requirement(
    key: str, number: str, phrases: tuple[str, ...]
) -> None:
    """A line marked with a requirement still holds the words that carry its meaning."""
    [line] = [
        line for line in library.template(key).source.splitlines() if f"<!-- {number} -->" in line
    ]

    for phrase in phrases:
        assert any(choice.lower() in line.lower() for choice in phrase.split("|")), phrase


@pytest.mark.parametrize("key", PUPILS)
def test_parents_agree_to_all_three_statements(key: str) -> None:
    """Support for the child; the school online; devices and pictures (S165)."""
    parent = library.template(key).merged(FIELDS).parts[Part.PARENT]

    for phrase in (
        "talked with my child",
        "support my child",
        "not share the school's information or pictures",
        "good name",
        "contact staff instead",
        "encouraged to tell the school",
        "only in the areas set aside",
        "switched off everywhere else",
        "anyone but my own child unless the school has agreed to it beforehand",
    ):
        assert phrase in parent


@pytest.mark.parametrize("key", library.titles())
def test_no_signer_sees_a_requirement_number_or_an_unfilled_field(key: str) -> None:
    """Comments and merge fields are gone from what is read and signed."""
    whole = library.template(key).merged(FIELDS).whole

    assert "<!--" not in whole
    assert "{{" not in whole
    assert "S1" not in whole
    assert "Imogen Hart" in whole


@pytest.mark.parametrize("key", library.titles())
def test_changed_words_are_a_new_version(key: str) -> None:
    """Whoever edits an agreement's words raises its version and writes the new hash here."""
    template = library.template(key)

    assert WORDINGS[key, template.version] == template.wording_sha256


def test_the_infant_text_uses_shorter_sentences() -> None:
    """The variant for ages 5 to 7 reads more easily than the one for 7 to 11."""

    def words_per_sentence(key: str) -> float:
        rules = library.template(key).merged(FIELDS).parts[Part.RULES]
        sentences = [s for s in rules.replace("\n", " ").replace(":", ".").split(". ") if s]
        return len(rules.split()) / len(sentences)

    assert words_per_sentence("pupil-5-7") < words_per_sentence("pupil-7-11") * 0.8


# For each agreement the requirements it must meet, and words without which it would not (A8, B2).
OTHERS = {
    "staff": {
        "S115": "adult",
        "S116": "people",
        "S117": "Data Protection Policy",
        "S118": "disciplinary procedures and the police",
        "S119": "incident report is completed",
        "S120": "can be monitored and traced|no personal contact details|planned and approved",
        "S121": "the filter let something through",
        "S122": 'not "friends"|not public|confidential',
        "S123": "nobody who is not staff",
        "S124": "encrypted",
        "S125": "no event on my own device without the headteacher's permission",
        "S126": "governors' platform",
        "S127": "never in front of pupils",
        "S128": "no hardware or software",
        "S129": "positive messages",
        "S130": "what else appears on the page",
        "S131": "contract of employment",
        "S59": "or delete, promptly",
        "S62": "on school equipment only",
        "S243": "has been recorded and dealt with",
    },
    "peripatetic": {
        "S132": "supply teachers",
        "S137": "contract between",
        "S80": "organisations",
        "S81": "regular",
        "S118": "police",
        "S119": "a report is completed",
        "S120": "traced",
        "S121": "gap in the filter",
        "S122": 'not "friends"',
        "S123": "what access it gives",
        "S126": "formal student email",
        "S127": "head of school",
        "S128": "without permission",
        "S129": "positive messages",
        "S130": "do not search freely",
        "S133": "agree it beforehand",
        "S134": "my personal account may not",
        "S135": "school device|one-to-one",
        "S136": "nobody has to",
    },
    "visitor": {
        "S82": "nothing to sign",
        "S138": "straight away, before you leave",
        "S139": "switched off",
        "S140": "on any device",
        "S141": "before you leave",
        "S142": "Share nothing online",
        "S143": "do not search freely",
        "S310": "monitored",
    },
    "live-family": {
        "S105": "a parent or carer is in the room with the child|never from a bedroom",
    },
    "live-staff": {
        "S105": "approved",
    },
    "class": {
        "S255": "wrote an agreement in our own words|do not need to sign it",
        "S245": "keep to it",
    },
    "guide": {
        "S84": "short guide",
        "S166": "do not assume",
        "S167": "police at once|straight away",
        "S168": "Do not reply",
        "S169": "Only the school runs",
        "S246": "sign it with them",
        "S61": "your own child only",
        "S295": "not to be published",
    },
    "technician": {
        "S274": "adds to the staff agreement",
        "S247": "tell senior leaders|security updates",
    },
    "community": {
        "S248": "before access is given",
    },
    "hirer": {
        "S8": "agreements of our own|network and equipment|help us to get one",
    },
    "photographer": {
        "S296": "never alone|parents or carers have agreed|only for the purpose",
        "S293": "full name",
    },
    "guest": {
        "S281": "Before you get it|staff agreement",
    },
    "policy": {
        "S260": "what has changed",
        "S79": "Online Safety Policy",
    },
    "consents": {
        "S29": "account",
        "S56": "only where you have said yes",
        "S57": "at any time",
        "S58": "approved staff",
        "S60": "must never be published",
        "S291": "local press",
        "S292": "no longer in use",
        "S293": "full name|your child and you agree",
        "S294": "no longer than needed",
        "S295": "not for publishing",
    },
    "images": {"S63": "at induction"},
    "kcsie": {
        "S78": "Part One",
    },
}


@pytest.mark.parametrize("key", OTHERS)
def test_every_other_agreement_says_what_its_requirements_ask(key: str) -> None:
    """S8, S61, S78 to S84, S105, S115 to S143, S166 to S169, S243 to S248, S255, S256, S260, S274,
    S281, S293 to S296, S310: each is marked in its text, and says what carries its meaning.
    """
    template, marked = library.template(key), library.template(key).covers()
    whole = template.merged(FIELDS).whole.lower()

    for number, phrases in OTHERS[key].items():
        assert number in marked, number
        if phrases in ("adult", "people"):
            assert Part(phrases) in marked[number]
            continue
        for phrase in phrases.split("|"):
            assert phrase.lower() in whole, (number, phrase)


def test_who_signs_is_as_the_index_of_agreements_says() -> None:
    """Index D: a child and a parent sign together, adults for themselves, visitors only confirm."""
    parties = {key: library.entry(key).parties for key in library.titles()}
    confirmed = {key for key in library.titles() if library.entry(key).confirm}

    assert all((Party.CHILD, Party.PARENT) == parties[key] for key in PUPILS)  # S83, S164, S165
    assert (
        (Party.PARENT,) == parties["live-family"] == parties["guide"] == parties["consents"]
    )  # S105, S84
    assert (Party.CHILD,) == parties["class"]  # S255
    assert all((Party.ADULT,) == parties[key] for key in OTHERS if Part.ADULT in _parts(key))
    assert {"guide", "visitor", "policy", "kcsie"} == confirmed  # S82, S260


def _parts(key: str) -> set[Part]:
    return set(library.template(key).merged(FIELDS).parts)
