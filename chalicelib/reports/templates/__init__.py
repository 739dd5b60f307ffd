"""A trust's own templates for its reports, version by version (5.12)."""
