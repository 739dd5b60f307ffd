"""What each morning does for a school's agreements: joiners are asked, the slow are reminded, and
its trust gets the counts.
"""

from chalicelib.agreements import boards, reminders
from chalicelib.agreements.rules import service as rules
from chalicelib.ids import SchoolId


def plan(school: SchoolId) -> int:
    """Gives how many people were asked or reminded."""
    done = rules.ask_due(school) + reminders.remind_due(school)
    boards.copy(school)
    return done
