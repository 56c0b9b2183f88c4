"""Home Manager: ``accounts.email.accounts.NAME``, from which it writes the settings of msmtp, mbsync and others.

``tls.enable`` is on by default, and ``tls.useStartTls`` off. NixOS: ``programs.msmtp.accounts.NAME`` in the words of msmtp.
"""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T = Security.IMPLICIT_TLS


def _words(protocol: str, **presets: tuple[str, int]) -> ServiceWords:
    """One service of an account. The flavour names a provider."""
    on, upgrade = f"{protocol}.tls.enable", f"{protocol}.tls.useStartTls"
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=("**.accounts.email.accounts.*",),
        anchor=(f"{protocol}.host", "flavor"),
        host=(f"{protocol}.host",),
        port=(f"{protocol}.port",),
        user=("userName",),
        secret_command=("passwordCommand",),
        auth=(f"{protocol}.authentication",),
        address=("address",),
        name=("realName",),
        preset=("flavor",),
        preset_yields=True,
        presets={flavour: (host, port, _T) for flavour, (host, port) in presets.items()},
        needs_host=True,
        defaults={on: True, upgrade: False},
        modes=(
            Mode(Security.CLEARTEXT, {on: False}),
            Mode(Security.STARTTLS, {upgrade: True, on: True}),
            Mode(_T, {upgrade: False, on: True}),
        ),
    )


DIALECTS = (
    Dialect(
        name="home-manager",
        title="Home Manager",
        syntaxes=("nix",),
        marks=("**.accounts.email.accounts.*.address",),
        services=(
            _words("imap", gmailcom=("imap.gmail.com", 993), runboxcom=("mail.runbox.com", 993)),
            _words("smtp", gmailcom=("smtp.gmail.com", 465), runboxcom=("mail.runbox.com", 465)),
        ),
        example="home.nix",
        sources=(
            "https://github.com/nix-community/home-manager/blob/master/modules/accounts/email.nix",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="nixos-msmtp",
        title="NixOS",
        syntaxes=("nix",),
        marks=("**.programs.msmtp.accounts.*.host",),
        services=(
            ServiceWords(
                at=("**.programs.msmtp.accounts.*",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                secret_command=("passwordeval",),
                auth=("auth",),
                auths={"true": "password", "on": "password", "false": "password"},
                login_flag=("auth",),
                address=("from",),
                verify=("tls_certcheck",),
                ports={_T: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                defaults={"tls": False, "tls_starttls": True, "auth": False},
                modes=(
                    Mode(Security.CLEARTEXT, {"tls": False}),
                    Mode(_T, {"tls_starttls": False, "tls": True}),
                    Mode(Security.STARTTLS, {"tls_starttls": True, "tls": True}),
                ),
            ),
        ),
        example="mail.nix",
        sources=(
            "https://github.com/NixOS/nixpkgs/blob/master/nixos/modules/programs/msmtp.nix",
            "https://marlam.de/msmtp/msmtp.html#Transport-Layer-Security",
        ),
        dated="2026-11-28",
    ),
)
