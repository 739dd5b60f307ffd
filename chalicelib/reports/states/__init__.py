"""How a school stands now, copied for its trust: what waits and is late, as counts (5.6, 5.9)."""
