"""The agreements' words: nothing the policies ask for is missing, no change goes unversioned."""

import pytest

from chalicelib.agreements import library
from chalicelib.agreements.wording import MergeFields, Part

RULES = {f"S{number}" for number in range(144, 163)}
FIELDS = MergeFields(
    school="Oakfield Primary School",
    dsl="Ms Imogen Hart",
    online_safety_lead="Mr Tunde Bello",
    academic_year="2026 to 2027",
)
WORDINGS = {
    ("pupil-7-11", 1): "1b89bebd04f22a9f9b5370a98a2e765d529c10b1122c8ed6eb46efd5d8445e1a",
    ("pupil-5-7", 1): "ed34647b67ce8145f487aa45cf1d0cfd585d359be733d7c7a629c7bddfd9f094",
}

# A word or two without which a rule would no longer say what its requirement asks (S144 to S165).
MEANING = {
    "S144": ("only", "jobs|things that a member of staff has agreed"),
    "S145": ("own email|my own email", "accounts"),
    "S146": ("teacher", "parent or carer|grown-up", "sign up|join new"),
    "S147": ("attachment|come in an email", "staff", "parent or carer|grown-up at home"),
    "S148": ("own files|own work", "only when"),
    "S149": ("password", "parents or carers|grown-ups at home"),
    "S150": ("polite", "sensible", "kind"),
    "S151": ("straight away", "teacher", "parent or carer|grown-up"),
    "S152": ("do not reply|do not answer", "E-Safety Champion", "teacher"),
    "S153": ("phone numbers", "schools|school", "clubs", "E-Safety Champion"),
    "S154": ("ask", "parent or carer must say yes|grown-up must say yes", "risk"),
    "S155": ("even when", "cyberbullying|bullying"),
    "S156": ("never", "meet", "not reply|not answer", "at once|straight away"),
    "S157": ("later|when I am older", "proud|good name"),
    "S158": ("some", "get a new one"),
    "S159": ("how old I am|older", "games, apps|games or apps"),
    "S160": ("keep me safe|keeps? me safe", "break", "find out"),
    "S161": ("bedroom", "whole time|all the time"),
    "S162": ("8am", "5:30pm", "platform|class page", "class email"),
    "S164": ("talked about these rules", "understand", "keep to them"),
}


@pytest.mark.parametrize("key", library.titles())
def test_every_pupil_rule_is_there_once_and_in_the_rules(key: str) -> None:
    """Each of S144 to S162 is one numbered rule of the pupil's part."""
    covers = library.template(key).covers()

    assert RULES == {number for number, parts in covers.items() if Part.RULES in parts}
    rules = library.template(key).merged(FIELDS).parts[Part.RULES]
    numbered = [line.split(".")[0] for line in rules.splitlines() if line[:1].isdigit()]
    assert [str(number) for number in range(1, 20)] == numbered


@pytest.mark.parametrize("key", library.titles())
def test_letter_statements_and_post_holders_are_there(key: str) -> None:
    """The letter, both statements and the names at the top stand in the part that shows them."""
    covers = library.template(key).covers()

    assert (Part.LETTER,) == covers["S163"]
    assert (Part.CHILD,) == covers["S164"]
    assert (Part.PARENT,) == covers["S165"]
    assert (Part.PEOPLE,) == covers["S116"]


@pytest.mark.parametrize("key", library.titles())
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


@pytest.mark.parametrize("key", library.titles())
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
    assert "Oakfield Primary School" in whole
    assert "2026 to 2027" in whole


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
