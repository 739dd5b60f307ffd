"""Each number that the registers answer, and what in a definition, table or page answers it.

A line fails when the part it names is no longer there, and the list of numbers is the issue's: one
that nothing answers fails too. What is said of a part beyond its being there is played in
`test_shipped.py` and in the tests of the pages.
"""

import re
from pathlib import Path

import pytest

from chalicelib.registers import loader, tables
from chalicelib.registers.model.definition import Definition

ROOT = Path(__file__).parents[2]

# number, register, parts: a field, state, step, clock, cycle, `who.…`, `tells`, `opens`, `leavers`.
ANSWERED = """
S273   unfilter_requests       kind category carry_out
S283   unfilter_requests       why risk benefit decide until review_on review
S55    controversial_content   occasion_on risk agreement decide
S14    controversial_content   who.deciders
S177   social_accounts         platform
S298   social_accounts         decide
S298   social_messages         assess assessment
S299   social_accounts         passwords hand_over close leavers old_access
S300   social_accounts         aim audience promotion runners open read_policy trained
S301   social_messages         answer came_on
S302   social_messages         pass_on to_whom tells
S303   social_accounts         read_policy
S306   online_postings         where found_on collect
S179   online_postings         facts evidence not_answered
S180   online_postings         serious legal support
S181   online_postings         meet points
S182   online_postings         go_further reported_to
S78    training                person topic evidence online_safety
S78    training_needs          audit
S257   training_needs          needs audit plan
S257   training                online_safety
S258   inductions              done ect_tool
S258   training                topic
S259   inductions              kind done
S260   policy_readings         policy how yearly
S261   training                helpline
S79    inductions              starts_on before
S81    inductions              kind
S96    remote_platforms        assessment decide
S97    remote_platforms        accounts
S97    remote_sessions         accounts dsl
S98    remote_sessions         at_time started
S99    remote_sessions         kind decide
S100   remote_platforms        told
S101   remote_sessions         recording recording_risk
S102   remote_platforms        settings
S103   remote_sessions         minutes held_on started attended were_there hold
S104   remote_platforms        settings
S104   remote_sessions         settings
S105   remote_sessions         agreement
S106   remote_sessions         staff two_staff alone tells
S107   remote_sessions         kind why_one decide
S64    designated_areas        area whom when
S65    personal_devices        contact
S66    designated_areas        event until
S67    image_exceptions        who decide occasion_on
S71    personal_devices        data
S72    new_devices             whose benefit risk decide
S109   loans                   device back_by back
S127   personal_devices        areas decide review
S128   installs                agreement decide
S277   installs                what install
S315   image_exceptions        who device decide
S315   personal_devices        camera
S316   device_examinations     why basis found give_back
S268   device_examinations     off dsl_told police
S317   new_devices             benefit filtered review
S317   risk_assessments        benefit measures
S125   image_exceptions        device
S135   image_exceptions        who
S140   image_exceptions        who
S34    online_services         previewed
S35    online_services         check
S36    online_services         purpose
S37    online_services         purpose who.read_current
S289   online_services         privacy terms
S289   impact_assessments      risks measures
S312   online_services         age_from shares password decide
S93    filtering_reviews       yearly outside
S93    filtering_checks        termly
S240   filtering_reviews       report reported_on
S240   audits                  kind
S241   audits                  audit
S247   filter_faults           told_slt tells
S284   filter_faults           tell
S275   audits                  security
S285   monitoring_log          looked_at found monthly
S234   working_group_meetings  looked_at
S242   audits                  self_review
S244   teaching                builds_on yearly look
S76    teaching                strand
S86    policies                review
S86    policy_flags            settle
S92    governor_reports        yearly fit
S91    governor_reports        termly
S226   governor_reports        log_seen termly
S235   policies                group_on approved_on signed_on next sign
S251   policies                sign signed_as
S219   policy_flags            what
S233   working_group_meetings  termly report
S233   governor_reports        group
S233   actions                 owner due_on due
S239   working_group           part
S239   working_group_meetings  parts pupils_said
S8     organisations           policy network signed
S80    organisations           kind given signed
S281   guests                  alone signed until end
S248   guests                  kind signed
S296   photographers           purpose agreement consents with_whom
S58    image_stores            where staff decide
S133   contact_sharing         details decide
S141   contact_sharing         role
S124   data_off_site           by_whom encrypted decide
S249   data_breaches           known_on ico tells
S287   data_off_site           school_device
S288   data_removals           rule yearly
S290   image_stores            name
S291   photographers           consents
S292   image_stores            consents
S293   image_stores            consents
S294   image_stores            kept_for cleared_on review
S31    security_reports        kind
S280   security_reports        settle
R-DFE_3    filtering_reviews   roles
R-DFE_4    filtering_reviews   allowed actions
R-DFE_5    filtering_reviews   trigger
R-DFE_5    online_services     opens
R-DFE_6    filtering_checks    done_on who what result action
R-UKSIC_2  filtering_reviews   iwf iwf_list terror_list no_switch
R-UKSIC_5  monitoring_strategy ways risk dpia
R-UKSIC_6  risk_assessments    yearly content contact conduct commerce
R-PHONE    phone_exceptions    ground reason until
R-AI       online_services     ai ai_standards
R-DP_1     subject_access      answer until
R-DP_2     subject_access      stop go_on
R-DP_3     data_complaints     acknowledge
R-DP_4     impact_assessments  advise decide
R-KCSIE_9  training            filtering
R-KCSIE_4  filtering_reviews   yearly
"""

# What is no register of the engine's: a page of its own, and where the number stands.
PAGES = {
    "S68": "chalicelib/registers/phones/__init__.py",
    "S69": "chalicelib/templates/pages/registers/phones.html",
    "S70": "chalicelib/templates/pages/registers/phones.html",
}

# The issue's own list, and what its indexes C and E add, but for the log, agreements and consents.
ASKED = """
S273 S283 S55 S177 S298-S301 S306 S78 S257-S261 S96-S107 S64-S72 S109 S127 S128 S277 S315-S317
S34-S37 S289 S312 S93 S240 S241 S247 S275 S285 S86 S92 S235 S260 S233 S239 S8 S80 S281 S296 S58
S133 S141 S124 S244 S249 S288-S294 S319-S334 S367-S371 S91 S226 S79 S242 S135 S268 S67
"""


def lines() -> list[tuple[str, str, list[str]]]:
    split = [line.split() for line in ANSWERED.strip().splitlines()]
    return [(number.replace("_", " "), register, parts) for number, register, *parts in split]


def asked() -> set[str]:
    found: set[str] = set()
    for first, _, last in re.findall(r"S(\d+)(-S(\d+))?", ASKED):
        found |= {f"S{n}" for n in range(int(first), int(last or first) + 1)}
    return found


def parts_of(definition: Definition) -> set[str]:
    """Everything a line may name."""
    keyed = ("fields", "states", "steps", "clocks", "cycles")
    named = {each.key for part in keyed for each in getattr(definition, part)}
    lists = {part for part in ("tells", "opens", "leavers", "counts") if getattr(definition, part)}
    return named | lists | {f"who.{n}" for n, v in vars(definition.who).items() if v}


@pytest.mark.parametrize(("number", "register", "parts"), lines())
def test_a_number_is_answered_by_what_is_named(
    number: str, register: str, parts: list[str]
) -> None:
    """The register has the parts, and its file quotes the number beside them."""
    definition = loader.shipped()[register]
    text = (loader.FOLDER / f"{register}.toml").read_text(encoding="utf-8")

    assert set() == set(parts) - parts_of(definition)
    assert re.search(rf"{re.escape(number)}\b", text)


def test_every_number_of_the_issue_is_answered() -> None:
    """By a register, a line of a table, or a page."""
    by_tables = {line.source for table in tables.shipped().values() for line in table.lines}
    answered = {number for number, _, _ in lines()} | by_tables | set(PAGES)

    assert {f"S{n}" for n in (*range(320, 335), *range(367, 372))} <= by_tables
    assert {"S319"} == asked() - answered
    assert "S319" in (ROOT / "chalicelib/registers/tables/devices.toml").read_text()


@pytest.mark.parametrize(("number", "file"), PAGES.items())
def test_a_page_says_which_number_it_answers(number: str, file: str) -> None:
    assert re.search(rf"\b{number}\b", (ROOT / file).read_text(encoding="utf-8"))
