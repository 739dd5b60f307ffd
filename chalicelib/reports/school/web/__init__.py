"""The pages of a school's reports."""

from chalicelib.reports.school.web import papers, reports
from chalicelib.reports.school.web.blueprint import pages

__all__ = ["pages", "papers", "reports"]
