"""The questions of the report form and of the record, and how a draft becomes a report."""
