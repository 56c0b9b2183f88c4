"""CFG: rows of a table of accounts that do not say what they should."""

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule

__all__ = ["cfg_table_row", "cfg_table_secret"]


def _remarked(service: Service, id_: str) -> Hits:
    for remark in service.remarks:
        if remark.id == id_:
            yield Hit(remark.message, remark.evidence, remark.fix, place=remark.place)


@rule(Severity.ERROR)
def cfg_table_row(service: Service) -> Hits:
    """A row of a table cannot be read as its columns say.

    It has more or fewer cells than there are columns, or a quote that is not closed, so its values end
    up in the wrong columns. The other rows are read.

    Flagged::

        account,imap_host,imap_port,user
        sales,imap.example.com,993,sales@example.com,Berlin

    Clean::

        account,imap_host,imap_port,user
        sales,imap.example.com,993,sales@example.com
    """
    yield from _remarked(service, "cfg-table-row")


@rule(Severity.ERROR)
def cfg_table_secret(service: Service) -> Hits:
    """A table cell has something other than a reference to a password.

    Tables are mailed, copied and backed up, so a cell only says where the password is:
    ``env:SALES_PW``, ``command:pass show sales``, ``keyring:service/user`` or
    ``file:/run/secrets/sales``.

    Flagged::

        account,imap_host,imap_port,user,password
        sales,imap.example.com,993,sales@example.com,correct horse

    Clean::

        account,imap_host,imap_port,user,password
        sales,imap.example.com,993,sales@example.com,env:SALES_PW
    """
    for hit in _remarked(service, "cfg-table-secret"):
        yield Hit(
            f"{hit.message} Write env:NAME, command:…, keyring:… or file:… there, "
            "or pass --plain-secrets to use the cell as the password.",
            key=hit.key,
            place=hit.place,
        )
