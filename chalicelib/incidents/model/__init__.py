"""The rules of incidents: pure, total, given time and ids."""
