"""The one blueprint of the feature, and its places in the navigation."""

from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, navigation

pages = Pages("chalicelib.incidents.web")

navigation.register(
    navigation.Entry(
        "Report an incident", "/s/{school}/incidents/new", Permission.SUBMIT_INCIDENT, 10
    )
)
navigation.register(
    navigation.Entry(
        "My reports",
        "/s/{school}/my-reports",
        Permission.OWN_REPORTS,
        12,
        unless=Permission.READ_LOG,
    )
)
navigation.register(navigation.Entry("Incidents", "/s/{school}/incidents", Permission.READ_LOG, 20))
navigation.register(
    navigation.Entry("Staff concerns", "/s/{school}/staff-concerns", Permission.READ_CONCERNS, 22)
)
navigation.register(
    navigation.Entry("Shared records", "/t/{trust}/shared-records", Permission.READ_SHARED, 45)
)
