"""The registers' routes and their place in the navigation.

Everybody at a school may come in: what each register lets them see and do stands in its
definition, and is checked with every request (`service.hands`).
"""

from chalicelib.identity.access import school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, navigation

pages = Pages(__name__)
OPEN = school(Permission.OPEN_SCHOOL)
navigation.register(
    navigation.Entry("Registers", "/s/{school}/registers", Permission.OPEN_SCHOOL, order=40)
)
