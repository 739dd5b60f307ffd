"""Pupils straight from the school's own system, through Wonde (6.7, 6.8, 11.3, R-ROST 3).

The school approves Holdfast in Wonde and gives us its school id and a token. What comes goes
through the same looking, deciding and bringing in as a file.
"""
