"""The words of each agreement: reading, adapting, what differs from ours, other languages (3.5)."""

import re
from typing import Any, cast

from chalicelib import clock
from chalicelib.agreements import editions, library, profile, rendering, renewing, translations
from chalicelib.agreements.editions import Change, Edition, InUse
from chalicelib.agreements.languages import Language
from chalicelib.agreements.school_forms import AdaptForm, TranslateForm
from chalicelib.agreements.translations import Seen, Standing, Translation
from chalicelib.agreements.wording import Part, parts_of
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.tenancy import calendar
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.fields import LongText

pages = Pages(__name__)
_ONE = "/s/{school}/agreements/texts/{key}"
_MEANWHILE = (
    "Somebody else has changed this text meanwhile. Look at theirs in another window; press again "
    "to put yours in its place"
)
_WIDTH = 60  # letters on a line of the box that a text is typed in
PART_NAMES = {
    Part.LETTER: "The letter that is read first",
    Part.PEOPLE: "Who to talk to",
    Part.RULES: "The rules",
    Part.CHILD: "What the child agrees to",
    Part.PARENT: "What the parent or carer agrees to",
    Part.ADULT: "What the signer agrees to",
}


@pages.get("/s/{school}/agreements/texts", access=school(Permission.READ_AGREEMENTS))
def index(staff: SchoolAccess) -> Response:
    found = [
        (key, library.entry(key), editions.in_use(staff.school, key)) for key in library.titles()
    ]
    return page("agreements/texts", school=staff.school, found=found)


@pages.get(_ONE, access=school(Permission.READ_AGREEMENTS))
def show(staff: SchoolAccess, key: str) -> Response:
    """The text in use as signers read it, every text before it, and what differs from ours."""
    entry = _entry(key)
    used = editions.in_use(staff.school, key)
    year = calendar.academic_year(clock.today())
    text = profile.of(staff.school).text_of(used.template, year)
    ours, kept = library.template(key), translations.all_kept(staff.school, key)
    names = {member.person: member.name for member in identity.members(staff.school)}
    return page(
        "agreements/text",
        school=staff.school,
        key=key,
        entry=entry,
        used=used,
        parts=[(PART_NAMES[part], words) for part, words in rendering.parts(text).items()],
        history=list(editions.history(staff.school, key)),
        by=lambda edition: _by(edition, names),
        changes=editions.differences(ours.plain, used.template.plain) if used.number else [],
        Change=Change,
        languages=[
            (language, translations.standing(kept.get(language), used.template, language))
            for language in Language
            if language is not Language.ENGLISH
        ],
        Standing=Standing,
        wording=used.template.wording_sha256,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get(f"{_ONE}/edit", access=school(Permission.MANAGE_AGREEMENTS))
def edit(staff: SchoolAccess, key: str) -> Response:
    _entry(key)
    used = editions.in_use(staff.school, key)
    return _editing(staff, used, AdaptForm.blank(**_split(used.template.source)))


@pages.post(f"{_ONE}/edit", access=school(Permission.MANAGE_AGREEMENTS))
def adapt(staff: SchoolAccess, key: str) -> Response:
    _entry(key)
    form = AdaptForm.read(staff.request)
    _whole(key, form)
    if not form.problems:
        try:
            editions.adapt(
                staff.school,
                key,
                _joined(key, form),
                number=_number(form.number.data),
                why=form.why.data,
                again=form.again.data.value == "again",
                owner="school",
                by=staff.actor,
            )
        except Invalid as e:
            form.refuse("why", _first(e))
        except Conflict:
            form.refuse("why", _MEANWHILE)
    if form.problems:
        return _editing(staff, editions.in_use(staff.school, key), form, status=422)
    if form.again.data.value == "again":
        renewing.ask_again(staff.school, key, by=staff.person)
    return redirect(f"/s/{staff.school}/agreements/texts/{key}")


@pages.get(f"{_ONE}/in/{{language}}", access=school(Permission.READ_AGREEMENTS))
def in_language(staff: SchoolAccess, key: str, language: str) -> Response:
    _entry(key)
    chosen, used = _language(language), editions.in_use(staff.school, key)
    kept = translations.kept(staff.school, key, chosen)
    source = kept.template.source if kept else translations.draft(key, chosen)
    form = TranslateForm.blank(**_split(source or used.template.source))
    return _translating(staff, used, chosen, kept, form)


@pages.post(f"{_ONE}/in/{{language}}", access=school(Permission.MANAGE_AGREEMENTS))
def translate(staff: SchoolAccess, key: str, language: str) -> Response:
    """Keep a translation as a draft, or approve it: only then does anybody see it (3.23)."""
    _entry(key)
    chosen, form = _language(language), TranslateForm.read(staff.request)
    _whole(key, form)
    if not form.problems:
        try:
            translations.save(
                staff.school,
                key,
                chosen,
                _joined(key, form),
                approve=form.approve.data.value == "approve",
                by=staff.actor,
                seen=Seen(form.wording.data or "", form.version.data or ""),
            )
        except (Invalid, Conflict) as e:
            form.refuse("approve", _first(e) if isinstance(e, Invalid) else str(e))
    if form.problems:
        used = editions.in_use(staff.school, key)
        kept = translations.kept(staff.school, key, chosen)
        return _translating(staff, used, chosen, kept, form, status=422)
    return redirect(f"/s/{staff.school}/agreements/texts/{key}")


def _entry(key: str) -> library.Entry:
    if key not in library.titles():
        raise NotFound
    return library.entry(key)


def _language(text: str) -> Language:
    if text not in list(Language) or text == Language.ENGLISH:
        raise NotFound
    return Language(text)


def _number(text: str | None) -> int:
    """A number that travels with a form; -1, which is never one, for anything else."""
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1


def _first(problem: Invalid) -> str:
    return next(message for messages in problem.fields.values() for message in messages)


def _split(source: str) -> dict[str, Any]:
    """A text part by part, without the marks that no signer sees."""
    return {part.value: editions.plain(words) for part, words in parts_of(source)}


def _joined(key: str, form: AdaptForm | TranslateForm) -> str:
    """The parts as one text again, in the order of ours."""
    pieces = []
    for part, _ in parts_of(library.template(key).source):
        words = form[part.value].data or ""
        pieces.append(f"<!-- part: {part.value} -->\n{words}")
    return "\n\n".join(pieces)


def _whole(key: str, form: AdaptForm | TranslateForm) -> None:
    """Refuse a part that is empty: what nobody can read is not agreed to."""
    for name, _ in _parts(key):
        if not form[name].data:
            form.refuse(name, "Write this part: a signer must be able to read it")


def _sized(key: str, form: AdaptForm | TranslateForm) -> None:
    """Each part's box as tall as its words; none of them may be left empty."""
    for name, _ in _parts(key):
        words = cast("LongText", form[name])
        words.rows = min(26, 3 + sum(1 + len(line) // _WIDTH for line in words.value.splitlines()))
        words.required = "Write this part"


def _by(edition: Edition, names: dict[PersonId, str]) -> str:
    if edition.owner == editions.HOLDFAST:
        return "Holdfast"
    person = actors.person_of(edition.by)
    return names.get(PersonId(person), "The trust") if person else "The trust"


def _editing(staff: SchoolAccess, used: InUse, form: AdaptForm, status: int = 200) -> Response:
    key = used.template.key
    _sized(key, form)
    form.number.typed = [str(used.number)]
    return page(
        "agreements/adapt",
        status=status,
        school=staff.school,
        key=key,
        title=library.title(key),
        form=form,
        parts=_parts(key),
    )


def _translating(
    staff: SchoolAccess,
    used: InUse,
    language: Language,
    kept: Translation | None,
    form: TranslateForm,
    status: int = 200,
) -> Response:
    """The English of now beside what was typed: that is what the next press has seen."""
    key = used.template.key
    _sized(key, form)
    form.wording.typed = [used.template.wording_sha256]
    form.version.typed = [translations.mark_of(kept)]
    english = dict(parts_of(used.template.source))
    return page(
        "agreements/translate",
        status=status,
        school=staff.school,
        key=key,
        title=library.title(key),
        language=language,
        form=form,
        parts=_parts(key),
        english={
            part.value: rendering.html(editions.plain(words)) for part, words in english.items()
        },
        standing=translations.standing(kept, used.template, language),
        Standing=Standing,
        adapted=used.number > 0,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


def _parts(key: str) -> list[tuple[str, str]]:
    return [(part.value, PART_NAMES[part]) for part, _ in parts_of(library.template(key).source)]
