"""What incidents do each morning at a school: pack the log's cards, find the cases gone quiet
and those whose owner has left.
"""

from chalicelib.ids import SchoolId
from chalicelib.incidents.repository import index, rebuild
from chalicelib.incidents.service import leaving, quiet


def plan(school: SchoolId) -> int:
    """Gives how many things were done. After an upgrade from before there were cards, the log is
    made anew first.
    """
    made = 0 if index.is_there(school) else rebuild.rebuild(school)
    return made + index.pack(school) + quiet.find(school) + leaving.find(school)
