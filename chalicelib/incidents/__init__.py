"""Incidents: what somebody reports, the record the safeguarding lead keeps of it, and the log."""
