"""One page over all of a trust's schools, on the same measures, and down to one school (5.3)."""
