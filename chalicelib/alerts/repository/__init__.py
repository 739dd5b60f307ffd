"""Where sources, deliveries and alerts stand in the table."""
