"""What providers publish: several endpoints for one service, checked and diagnosed in the order of the file."""

import json
from pathlib import Path

import pytest

from mailkit.cli.main import main
from mailkit.lab import Lab, standard

HOST = "mail.example.com"

AUTOCONFIG = """<?xml version="1.0"?>
<clientConfig version="1.1">
  <emailProvider id="example.com">
    <incomingServer type="imap">
      <hostname>mail.example.com</hostname>
      <port>143</port>
      <socketType>STARTTLS</socketType>
      <username>kim@example.com</username>
    </incomingServer>
    <incomingServer type="imap">
      <hostname>mail.example.com</hostname>
      <port>143</port>
      <socketType>plain</socketType>
      <username>kim@example.com</username>
    </incomingServer>
    <incomingServer type="imap">
      <hostname>mail.example.com</hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <username>kim@example.com</username>
    </incomingServer>
    <incomingServer type="pop3">
      <hostname>mail.example.com</hostname>
      <port>995</port>
      <socketType>STARTTLS</socketType>
      <username>kim@example.com</username>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>mail.example.com</hostname>
      <port>587</port>
      <socketType>SSL</socketType>
      <username>kim@example.com</username>
    </outgoingServer>
    <outgoingServer type="smtp">
      <hostname>mail.example.com</hostname>
      <port>465</port>
      <socketType>SSL</socketType>
      <username>kim@example.com</username>
    </outgoingServer>
  </emailProvider>
</clientConfig>
"""


def _protocol(kind: str, port: int, ssl: str, encryption: str = "") -> str:
    more = f"\n    <Encryption>{encryption}</Encryption>" if encryption else ""
    return f"""  <Protocol>
    <Type>{kind}</Type>
    <Server>{HOST}</Server>
    <Port>{port}</Port>
    <LoginName>kim@example.com</LoginName>
    <SSL>{ssl}</SSL>{more}
  </Protocol>
"""


AUTODISCOVER = (
    '<?xml version="1.0"?>\n'
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">\n'
    '<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">\n'
    "<Account>\n"
    + _protocol("IMAP", 143, "on")
    + _protocol("IMAP", 143, "off")
    + _protocol("IMAP", 993, "on")
    + _protocol("POP3", 995, "on", "TLS")
    + _protocol("SMTP", 587, "on", "SSL")
    + _protocol("SMTP", 465, "on")
    + "</Account>\n</Response>\n</Autodiscover>\n"
)


def _payload(kind: str, port: int, ssl: str, out: int, out_ssl: str) -> str:
    return f"""<dict>
<key>EmailAccountType</key><string>EmailType{kind}</string>
<key>IncomingMailServerHostName</key><string>{HOST}</string>
<key>IncomingMailServerPortNumber</key><integer>{port}</integer>
<key>IncomingMailServerUseSSL</key><{ssl}/>
<key>IncomingMailServerUsername</key><string>kim@example.com</string>
<key>OutgoingMailServerHostName</key><string>{HOST}</string>
<key>OutgoingMailServerPortNumber</key><integer>{out}</integer>
<key>OutgoingMailServerUseSSL</key><{out_ssl}/>
<key>PayloadType</key><string>com.apple.mail.managed</string>
</dict>
"""


PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
    '<plist version="1.0"><dict>\n<key>PayloadContent</key><array>\n'
    + _payload("IMAP", 993, "true", 465, "true")
    + _payload("IMAP", 143, "false", 587, "true")
    + "</array>\n</dict></plist>\n"
)

Row = tuple[str, int, str, int, str]

FILES: dict[str, tuple[str, list[Row]]] = {
    "config-v1.1.xml": (
        AUTOCONFIG,
        [
            ("imap", 143, "starttls", 0, ""),
            ("imap", 143, "cleartext", 13, "cfg-cleartext"),
            ("imap", 993, "implicit-tls", 0, ""),
            ("pop3", 995, "starttls", 25, "cfg-port-995-plain"),
            ("smtp", 587, "implicit-tls", 31, "cfg-port-587-tls"),
            ("smtp", 465, "implicit-tls", 0, ""),
        ],
    ),
    "autodiscover.xml": (
        AUTODISCOVER,
        [
            ("imap", 143, "starttls", 0, ""),
            ("imap", 143, "cleartext", 17, "cfg-cleartext"),
            ("imap", 993, "implicit-tls", 0, ""),
            ("pop3", 995, "starttls", 32, "cfg-port-995-plain"),
            ("smtp", 587, "implicit-tls", 40, "cfg-port-587-tls"),
            ("smtp", 465, "implicit-tls", 0, ""),
        ],
    ),
    "mail.mobileconfig": (
        PROFILE,
        [
            ("imap", 993, "implicit-tls", 0, ""),
            ("smtp", 465, "implicit-tls", 0, ""),
            ("imap", 143, "cleartext", 20, "cfg-cleartext"),
            ("smtp", 587, "starttls", 0, ""),
        ],
    ),
}


def put(folder: Path, name: str) -> Path:
    """A published file."""
    path = folder / name
    path.write_text(FILES[name][0], "utf-8")
    return path


def rows(capsys: pytest.CaptureFixture[str], *, findings: bool = True) -> list[Row]:
    """Each service of the document: protocol, port, encryption, and its first error with its line."""
    found: list[Row] = []
    for account in json.loads(capsys.readouterr().out)["accounts"]:
        for service in account["services"]:
            settings = service["settings"]
            errors = [one for one in service["findings"] if one["severity"] == "error"]
            line, name = (errors[0]["place"]["line"], errors[0]["id"]) if errors else (0, "")
            key = (settings["protocol"], settings["port"], settings["security"])
            found.append((*key, line, name) if findings else (*key, 0, ""))
    return found


@pytest.mark.parametrize("name", FILES)
def test_endpoints_of_one_service_are_checked_in_the_order_of_the_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(put(tmp_path, name)), "--format", "json"]) == 1
    assert rows(capsys) == FILES[name][1]


@pytest.mark.parametrize("name", FILES)
def test_endpoints_of_one_service_are_diagnosed_in_the_order_of_the_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Lab(standard(HOST)) as lab:
        wire = ["--ca", str(lab.ca_file), "--timeout", "2", "--no-login"]
        for (host, port), places in lab.connect_to.items():
            for address, real in places:
                wire += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]
        assert main(["diagnose", str(put(tmp_path, name)), "--format", "json", *wire]) == 1
    out = capsys.readouterr().out
    services = [one for account in json.loads(out)["accounts"] for one in account["services"]]
    wanted = FILES[name][1]
    assert [
        (one["settings"]["protocol"], one["settings"]["port"], one["settings"]["security"])
        for one in services
    ] == [row[:3] for row in wanted]
    for service, (_, port, security, _, finding) in zip(services, wanted, strict=True):
        assert service["ok"] is (finding == ""), service
        tried = service["attempts"][0]["what"]
        assert tried.startswith(f"{HOST}:{port} {security}") or security == "cleartext"
