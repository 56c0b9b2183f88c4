"""Tables of accounts: a row for each account or for each service, as CSV, XLSX, Parquet or a DataFrame.

``columns`` says what a column means, ``cells`` reads rows from files and frames, and ``rows`` makes accounts of
them. The package uses no network and reads no secret.
"""
