"""The documentation page that lists the dialects of settings files."""

from mailkit.formats.database import DATABASES
from mailkit.formats.dialects import dialects
from mailkit.report.product_pages import product_link

__all__ = ["formats_page"]

_HEAD = """\
# Formats

mailkit reads the settings file of a product, checks it in the product's words, and writes the fix back into the same lines.

```console
$ mailkit check settings.py
django                                                          settings.py:4
  ✗ outgoing  smtp smtp.example.com:465 starttls         cfg-port-465-starttls
      Port 465 begins with TLS, but the settings say STARTTLS.
      Set EMAIL_USE_SSL = True and EMAIL_USE_TLS = False
$ mailkit diagnose settings.py --apply          # verify the fix with a login, then write it
$ mailkit convert .env --to django              # the same settings in another product's words
$ mailkit check . --format sarif                # every known file of a folder, for a pipeline
$ mailkit check --from laravel production.txt   # name the format yourself
```

Parsers for PHP, JavaScript, TypeScript, Ruby, JSON and YAML are an extra: `pip install "mailkit-lab[formats]"`. They are imported
only when such a file is read. No file is executed, and `check` and `convert` read no secret and run no command.

## How a file is recognised

By evidence: a server's key of the product, keys that only this product has, the file's name, a container's image. A file
with too little evidence is refused with what was seen in it. A `.env` of no known product is read as `env`: words that
mean different things in different products are reported, and the port decides. Files beside it (`composer.lock`) tell the
version where the version decides.

Compose files and Kubernetes manifests are read container by container, each in the dialect of its image.

Programs and scripts count too, and are never run: Python that calls `smtplib`, `imaplib`, `poplib` and their kin, command lines of
swaks, curl, `openssl s_client` and msmtp in shell scripts, checks of Nagios, NRPE and Icinga 2. Included files (`!include`, `source`,
`include.path`, `require`, Compose's `include`, `spring.config.import`) are read in their place: at most 64, in the folder of the file, and none that more users can change than the file itself.
What a JavaScript program takes from a file by `require` or `import`, and Compose's `env_file`, may also be in the folder above. Variables of a systemd unit
(`Environment=`) and of a class of pydantic-settings are read like those of a `.env`. In a template (`.env.example`, `*.dist`, `*.sample`) values such as
`changeme` and `<your password>` are left out, and the rest is checked.

## How a fix is written

The one value is replaced in the quoting it has, a new key is written as its neighbour is. The result is read again and
compared; if anything else changed, nothing is written. Owner, mode, byte order mark, encoding, line ends, links and
comments stay. A value that comes from elsewhere (`${X}`, `env()`, `!secret`) is never replaced by a copy.

## Dialects

“Looked up” is the day its sources were last read; `–` means that its words come from what is generally known of the product, and that its
sources have not been read for it; `no product` are names of which there is no source, since many applications use them.
“Written”: `yes` means that `convert --to` makes a new file; `changes` means that single settings are changed in an existing one.
The forms of business systems (AShop, asterCC, LetterShop, Djaboo, 24SevenOffice) and mailkit's own TOML are in
[accounts.md](accounts.md).

"""
_TAIL = """
## Products that keep settings in a database

{database}
For all of them, pass the server instead: `mailkit diagnose --smtp HOST:PORT --user NAME --password-prompt`.
"""


def formats_page() -> str:
    """Return the page, with a row for each dialect."""
    rows = [
        "| name | product | syntaxes | files | written | sources | looked up |",
        "|---|---|---|---|---|---|---|",
    ]
    for dialect in sorted(dialects().values(), key=lambda dialect: dialect.name):
        files = ", ".join(f"`{name}`" for name in (*dialect.own_files, *dialect.files)) or "–"
        sources = " ".join(
            f"[{number}]({source})" if source.startswith("http") else source
            for number, source in enumerate(dialect.sources, 1)
        )
        written = "yes" if dialect.new_file else "changes"
        title = product_link(dialect.title, "products")
        cells = (f"`{dialect.name}`", title, ", ".join(dialect.syntaxes), files, written)
        product = any(source.startswith("http") for source in dialect.sources)
        looked_up = dialect.dated or ("–" if product else "no product")
        rows.append(f"| {' | '.join(cells)} | {sources} | {looked_up} |")
    database = "\n".join(
        f"- **{database.title}**: {database.where} {database.export}".rstrip()
        for database in DATABASES
    )
    return _HEAD + "\n".join(rows) + "\n" + _TAIL.format(database=database + "\n")
