"""The blueprint that all pages of a school's reports stand in."""

from chalicelib.identity.access import school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, navigation

pages = Pages(__name__)
READ = school(Permission.READ_REPORTS)
WRITE = school(Permission.WRITE_REPORTS)
APPROVE = school(Permission.APPROVE_REPORTS)

navigation.register(
    navigation.Entry("Reports", "/s/{school}/reports", Permission.READ_REPORTS, order=60)
)
