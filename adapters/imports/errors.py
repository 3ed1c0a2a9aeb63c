"""What can be wrong with an export, each with a text for the person who gave it.

AdapterError
└── ExportError
    ├── PackageMissing    the sample transactions are not installed
    ├── FileUnreadable    a file is absent, damaged or of another format
    ├── ColumnMissing     a column the importer needs is not there, or of another kind
    ├── StoreUnknown      a store was asked for that never occurs
    └── NothingLeft       the filters left no line
"""

from adapters.errors import AdapterError


class ExportError(AdapterError):
    """An export cannot be read; str() is one line that says why and what would be right."""


class PackageMissing(ExportError):
    """The package that carries the sample transactions is not installed."""


class FileUnreadable(ExportError):
    """A file is absent, damaged, or not of the format it should have."""


class ColumnMissing(ExportError):
    """A column that the importer needs is missing or of another kind."""


class StoreUnknown(ExportError):
    """A store was asked for that the export does not have."""


class NothingLeft(ExportError):
    """The export has lines, but none that is a sale of the stores asked for."""
