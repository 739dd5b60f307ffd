"""How Holdfast is built, run on one machine, and put on AWS. None of it ships."""
