"""Reports: what is hidden, said, drawn, written and planned."""
