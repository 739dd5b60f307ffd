"""A trust or school sets itself up: signing up, naming people, what is missing, going live."""
