"""What happens in schools: invented, plausible, and never graphic. `{a}` and `{b}` are children."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Scenario:
    """One kind of incident: how likely at each phase (ages), its words, and how it ends."""

    types: tuple[str, ...]
    weight: int
    years: tuple[int, int]
    description: str
    evidence: str
    outcome: str
    outside: bool = False
    platforms: tuple[str, ...] = ()
    parents: str = "Rang home the same day; they will talk it through together."
    other: str = "Spoke with the class teacher and agreed what happens next."
    children: int = 1

    def about(self, given_names: Sequence[str]) -> "Scenario":
        """The same with the children's given names in all its words; at least one name."""
        told = {"a": given_names[0], "b": (*given_names, "another pupil")[1]}
        words: dict[str, Any] = {
            each.name: getattr(self, each.name).format(**told)
            for each in fields(self)
            if isinstance(getattr(self, each.name), str)
        }
        return replace(self, **words)


SCENARIOS = (
    Scenario(
        ("age_inappropriate",),
        14,
        (0, 4),
        "{a} told the class about a video with frightening characters that an older "
        "cousin shows on "
        "a tablet at home. {a} did not want to use the computer afterwards.",
        "The name of the channel, written down by the class teacher.",
        "Settled and reassured. Family sent the guide to parental controls.",
        outside=True,
        platforms=("youtube",),
    ),
    Scenario(
        ("age_inappropriate",),
        10,
        (3, 8),
        "During free choice {a} typed a film title into image search and pictures came "
        "up that upset "
        "the table. The tablet was put face down and an adult called at once.",
        "Time and device number noted. Search words written on paper.",
        "Site reported to the filter provider and blocked the same afternoon. Safer search reset.",
        children=2,
    ),
    Scenario(
        ("online_bullying",),
        18,
        (4, 11),
        "{a} has been left out of a group chat on purpose and then sent messages from it saying "
        "that nobody wants {a} at the park. {b} started the group. It has gone on for "
        "about a week.",
        "Screenshots kept by the parent on their own phone, dated. Shown at the meeting, "
        "not copied.",
        "Mediation held with both children. Messages deleted by {b} in front of a "
        "parent. No repeats.",
        outside=True,
        platforms=("whatsapp",),
        children=2,
    ),
    Scenario(
        ("online_bullying", "images_without_permission"),
        10,
        (6, 11),
        "{b} took a photo of {a} in PE and put it on a story with an unkind caption. "
        "Several pupils "
        "in the year had seen it before registration.",
        "The time it was posted and the names of those who say they saw it.",
        "Post removed. Phone agreement signed again with a parent present. {a} has a named adult.",
        platforms=("snapchat",),
        children=2,
        other="Loss of social time for a week and a restorative meeting.",
    ),
    Scenario(
        ("account_access",),
        10,
        (3, 11),
        "{b} guessed {a}'s password, opened {a}'s work and changed the ending of a story.",
        "Version history of the document, noted by the teacher.",
        "Password changed. Lesson on passwords for the whole class on Friday.",
        children=2,
        platforms=("school_systems",),
    ),
    Scenario(
        ("bypassing_security",),
        12,
        (7, 11),
        "{a} was using a web proxy to reach games during a lesson. The teacher saw an unfamiliar "
        "address in the tab and the page would not load after a refresh.",
        "Filter log for the device at that time, with the technician.",
        "Proxy blocked. Second time this year: network access limited to lessons for two weeks.",
        other="Technician asked to check whether others used the same address.",
    ),
    Scenario(
        ("gambling",),
        5,
        (7, 11),
        "{a} and two friends were betting on match results through an app on {a}'s phone at lunch "
        "and said that an older brother holds the account.",
        "Name of the app.",
        "Talked about loot boxes and betting in form time. Family contacted and grateful.",
    ),
    Scenario(
        ("chain_or_threats",),
        8,
        (3, 9),
        "A message is going round that says something bad will happen to whoever does not pass it "
        "on. {a} could not sleep and came to school upset.",
        "The parent read the message out on the telephone.",
        "Assembly on chain messages. Note in the newsletter without names.",
        outside=True,
        platforms=("whatsapp",),
    ),
    Scenario(
        ("hate",),
        6,
        (5, 11),
        "{b} used a racist word about {a} in the chat of an online game that several of the class "
        "play in the evenings. {a}'s friend told a lunchtime supervisor.",
        "{a}'s parent has a recording of the chat and will show it at a meeting.",
        "Recorded as a racist incident. Work on respect completed. Apology accepted.",
        outside=True,
        platforms=("roblox",),
        children=2,
        other="Support from the pastoral lead for {a} for the rest of the half term.",
    ),
    Scenario(
        ("violence",),
        6,
        (4, 11),
        "{a} showed others a video of a fight outside another school and said who would be next.",
        "Where it was posted, and that it had been taken down by the afternoon.",
        "Other school told. Form tutors briefed. No further sharing seen.",
        platforms=("tiktok",),
    ),
    Scenario(
        ("grooming",),
        3,
        (6, 11),
        "{a} told me that somebody met in a game, who says they are fifteen, has asked for a photo "
        "in school uniform and not to tell anyone. {a} has not sent anything and has stopped "
        "answering.",
        "The player name. The device is with the family, kept switched off as advised.",
        "Referred the same hour; CEOP report made with the family. Safety plan in place "
        "and reviewed.",
        outside=True,
        platforms=("discord",),
        parents="Both parents came in the same afternoon.",
        other="Named adult and daily check-in.",
    ),
    Scenario(
        ("sexual_images",),
        2,
        (8, 11),
        "{a} told me that an image of {a} has been passed on by somebody in the year. I "
        "did not ask "
        "to see it and did not look at any device.",
        "Not seen and not copied. Who said what, and when, is written down.",
        "Managed with the local authority's advice and the police. Report Remove used by "
        "the family. "
        "Support continues.",
        platforms=("snapchat",),
        parents="Told in person by the DSL.",
        other="Phones were secured, switched off, and kept for the police.",
    ),
    Scenario(
        ("impersonation", "disrepute"),
        4,
        (7, 11),
        "An account with the school's badge and a teacher's name is posting jokes about staff. "
        "{a} is said to have made it.",
        "Address of the account and the time it was found.",
        "Account reported and removed by the site within two days. {a} and family met the head.",
        outside=True,
        platforms=("instagram",),
    ),
    Scenario(
        ("copyright",),
        3,
        (7, 11),
        "{a} was selling copies of a revision pack from a paid site to others in the year.",
        "A copy handed in by another pupil.",
        "Explained and stopped. No further action needed.",
    ),
    Scenario(
        ("hacking",),
        3,
        (8, 11),
        "{a} ran a script found online that locked out several accounts in the computer room.",
        "Event log held by the technician.",
        "Accounts restored within the lesson. {a} now helps the technician on Thursdays, "
        "supervised.",
        platforms=("school_systems",),
    ),
    Scenario(
        ("pornography",),
        3,
        (7, 11),
        "{a} opened an adult site on a phone at the bus stop and showed it to younger pupils, who "
        "told their form tutor.",
        "Accounts of two pupils, written separately.",
        "Families of all concerned spoken to. Lesson on consent and online pressure "
        "brought forward.",
        outside=True,
    ),
    Scenario(
        ("other_breach",),
        10,
        (3, 11),
        "{a} brought a smartwatch with a camera into class after being reminded twice.",
        "The watch was kept in the office until the end of the day.",
        "Returned to a parent with a copy of the agreement. No repeat.",
    ),
    Scenario(
        ("other_breach",),
        8,
        (0, 3),
        "{a} and a friend were found on a shopping page during choosing time and had "
        "filled a basket.",
        "None. Nothing was bought.",
        "Bookmarks reset. Grown-ups in class reminded to stay with tablets.",
    ),
    Scenario(
        ("terrorism",),
        1,
        (8, 11),
        "{a} was reading a page with extremist slogans in the library and closed it when "
        "I came near. "
        "{a} said it was for a history project.",
        "Time and machine noted. I did not open the page again.",
        "Prevent lead consulted. No referral needed; work checked and the project was genuine.",
        other="Filter provider asked to check the page's category.",
    ),
)

# What filters notice: theme words the vendors use, hosts that are reserved for examples.
SITES = (
    # (FortiGuard number, category, host, path, action, weight, youngest year)
    (14, "Pornography", "adult-videos.example", "/", "blocked", 8, 7),
    (59, "Proxy Avoidance", "unblock-anything.example", "/go?u=games", "passthrough", 20, 4),
    (11, "Gambling", "spin-to-win.example", "/slots", "blocked", 8, 6),
    (6, "Explicit Violence", "fight-clips.example", "/watch/123", "blocked", 16, 3),
    (16, "Weapons", "knife-shop.example", "/folding", "passthrough", 8, 5),
    (5, "Discrimination", "hateful-forum.example", "/thread/88", "passthrough", 6, 6),
    (1, "Drug Abuse", "vape-deals.example", "/offers", "passthrough", 12, 6),
    (26, "Malicious Websites", "free-robux-now.example", "/claim", "passthrough", 16, 1),
    (72, "Peer-to-peer File Sharing", "torrent-cave.example", "/top", "blocked", 5, 7),
    (12, "Extremist Groups", "banner-of-rage.example", "/", "blocked", 4, 8),
    (13, "Nudity and Risque", "beach-pictures.example", "/gallery", "passthrough", 8, 2),
    (20, "Games", "tiny-games.example", "/play", "passthrough", 1, 0),
)
