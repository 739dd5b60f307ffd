"""Bringing in pupils and their contacts from the school's own system (6.7, R-ROST).

A file is read into a `Roster`, compared with what is here, shown as what would change, and only
then brought in. Nothing is destroyed by a bad file, and the same file twice changes nothing.
"""
