"""Tables of accounts: a row for each account or for each service, as CSV, XLSX, Parquet or a DataFrame.

``columns`` says what a column means, ``cells`` reads rows from files and frames, and ``rows`` makes accounts of
them. The package uses no network and reads no secret.
"""

__all__ = ["BINARY", "MAX_BYTES"]

BINARY = (".xlsx", ".parquet")
"""The names of files that are tables and not text."""

MAX_BYTES = 2 * 1024**3
"""The largest table that is read, unpacked."""
