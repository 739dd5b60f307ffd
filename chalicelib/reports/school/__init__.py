"""A school's own reports: to governors each term, and the papers that are there in one press."""
