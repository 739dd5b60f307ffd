"""A school's plan of who is told of alerts, in which order, and what happens outside its hours."""
