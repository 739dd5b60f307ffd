"""Agreements: asked for by emailed link, signed by child and parent, kept with their evidence."""
