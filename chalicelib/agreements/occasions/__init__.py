"""Pictures at one event: a play, a trip, a match. Permission is for that event and ends with it."""
