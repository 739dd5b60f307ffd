"""The one blueprint of the feature's pages, and its places in the navigation."""

from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, navigation

pages = Pages("chalicelib.alerts.web")

navigation.register(navigation.Entry("Alerts", "/s/{school}/alerts", Permission.READ_ALERTS, 30))
navigation.register(
    navigation.Entry(
        "Alert sources",
        "/s/{school}/alerts/sources",
        Permission.MANAGE_SOURCES,
        80,
        unless=Permission.READ_ALERTS,
    )
)
