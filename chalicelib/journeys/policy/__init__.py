"""A school's own policy, read into what Holdfast would set (point 21): by rules, never by a model.

Nothing is set and nothing of the text is kept but what a person confirms. What contradicts itself
or is out of date is shown, and kept as a list until it is settled.
"""
