"""Consents: apart from agreements, given, changed or withdrawn at any time (S56, S57, S291)."""
