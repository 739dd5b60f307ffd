"""The agreements' own words, one Markdown file for each piece; `library` puts them together."""
