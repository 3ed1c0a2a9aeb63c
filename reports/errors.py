"""What can go wrong when a report is made.

ReportError
└── NothingToReport     the run folder holds no replication that all arms have
"""


class ReportError(Exception):
    """Root of what reports raise; the text is for users."""


class NothingToReport(ReportError):
    """No replication is finished for every arm, so nothing can be compared."""
