"""What to do about names, the network and greetings, and how to check it.

One row for each finding: what to do, in steps that a person can take, how to check it, and which
setting that changes.
"""

from mailkit.rules.steps import Steps

__all__ = ["STEPS"]

STEPS: dict[str, Steps] = {
    "dns-offline": Steps(
        "Check this machine's network connection and its DNS server.",
        "mailkit diagnose --dns ADDR:PORT asks another DNS server.",
    ),
    "dns-lying": Steps(
        "Use another DNS server, or ask the network's administrator. In a captive network, log in with a browser first.",
        "mailkit diagnose --dns ADDR:PORT asks another DNS server.",
    ),
    "dns-dangling": Steps(
        "Use the new server's own name, and ask the domain's owner to correct the alias.",
        "mailkit diagnose shows the alias and what it leads to.",
        "host",
    ),
    "dns-sinkhole": Steps(
        "Allow the name in the ad blocker or the filter, or remove its line from the hosts file.",
        "mailkit diagnose --dns ADDR:PORT shows the address that another DNS server gives.",
    ),
    "dns-aaaa-only": Steps(
        "Connect from a network with IPv6. Ask the server's owner for an IPv4 address.",
        "mailkit diagnose from another network.",
    ),
    "dns-parked": Steps(
        "Check the spelling of the domain. If it is right, its owner has to renew it or set up mail.",
        "Open the domain in a browser: a page of the registrar says that it is for sale or has expired.",
    ),
    "dns-nxdomain": Steps(
        "Check the spelling of the host name. In a container, check that its DNS server knows the name.",
        "",
        "host",
    ),
    "dns-nodata": Steps(
        "Write the name of the mail host, which the provider documents; it often begins with mail, imap or smtp.",
        "mailkit discover ADDRESS shows the hosts of the domain.",
        "host",
    ),
    "dns-servfail": Steps(
        "Check the DNS server of this machine or container; the mail server was not asked yet.",
        "mailkit diagnose --dns ADDR:PORT asks another DNS server.",
    ),
    "dns-null-mx": Steps(
        "Check the spelling of the domain. If it is right, it receives no mail.",
        "mailkit discover ADDRESS shows what the domain publishes.",
    ),
    "dns-no-domain": Steps(
        "Check the spelling of the address. If it is right, the registration of the domain has ended.",
        "mailkit discover ADDRESS asks for the domain again.",
    ),
    "dns-srv-disabled": Steps(
        "Use the other protocol (IMAP or POP3), or ask the administrator of the domain.",
        "mailkit discover ADDRESS shows what the domain publishes.",
    ),
    "dns-srv-mislabel": Steps(
        "Set port and encryption by hand: 465 with implicit TLS. The domain's owner has to publish 465 as _submissions.",
        "mailkit diagnose shows which encryption the port speaks.",
    ),
    "dns-srv-foreign": Steps(
        "Compare the server's name with the hosting provider's documentation before the first login.",
        "mailkit diagnose --no-login verifies the certificate of that server without sending a password.",
    ),
    "dns-mixed": Steps(
        "Tell the server's owner which address does not answer. Until then, try again: programs often reach the other one.",
        "mailkit diagnose --thorough opens every address of the name.",
    ),
    "env-captive": Steps(
        "Open any page in a browser, log in to the network there, and try again.",
        "mailkit diagnose then reaches the mail server.",
    ),
    "env-av-shield": Steps(
        "Exclude mail from the antivirus program's scan (mail shield, SSL scanning), or let the mail program trust its certificate.",
        "mailkit diagnose shows the issuer of the certificate: it must be the server's CA, not the antivirus program.",
        "verify",
    ),
    "env-http-proxy-only": Steps(
        "Have the mail ports opened for this machine, or use the provider's web mail.",
        "mailkit diagnose --thorough tries the ports and hosts that the network may allow.",
    ),
    "tcp-v6-broken": Steps(
        "Use IPv4 for this connection, fix IPv6 in this network, or switch it off.",
    ),
    "tcp-v6-no-route": Steps(
        "Set the program to IPv4, or give the machine or container an IPv6 route.",
        "mailkit diagnose --thorough opens every address of the name.",
    ),
    "tcp-smtp-blocked": Steps(
        "Ask the hosting provider to open outgoing mail ports, or use its own relay, a relay on port 2525 or 443, a provider's HTTP interface, or another network.",
    ),
    "tcp-25-blocked": Steps(
        "Send on port 465 or 587, with a login.",
        "mailkit diagnose with port 465 or 587.",
    ),
    "tcp-proxy-needed": Steps(
        "Set the mail program to use the SOCKS proxy, or have direct connections allowed.",
        "mailkit diagnose shows the proxy that this machine is set up for.",
    ),
    "tcp-banned": Steps(
        "Stop every program and device that still uses an old password, and wait; for your own server, lift the ban (fail2ban-client unban ADDRESS).",
        "mailkit diagnose --no-login shows whether the port answers again, without another login.",
    ),
    "tcp-redirected": Steps(
        "Use implicit TLS on port 465, or another network. Keep the host, and send no password here.",
        "",
        "implicit-tls",
    ),
    "tcp-refused": Steps(
        "Check host and port, and that the server runs. In a container, localhost is the container.",
        "",
        "host",
    ),
    "tcp-timeout": Steps(
        "Check host and port, then the firewall: many hosting providers and networks block outgoing SMTP ports.",
    ),
    "tcp-unreach": Steps(
        "Check the network connection, the VPN and the address. In a container, check its network.",
    ),
    "tcp-local-deny": Steps(
        "Allow the connection on this machine: SELinux (setsebool -P httpd_can_network_connect 1 for a web application), the firewall program, or a permission of the app.",
        "mailkit diagnose, run as the user of the program.",
    ),
    "tcp-reset": Steps(
        "Try from another network, and check the firewall's rules for this client and this port.",
    ),
    "grt-fixup": Steps(
        "Use implicit TLS on port 465, which the firewall cannot rewrite. Its owner can switch “SMTP fixup” or “ESMTP inspection” off.",
        "mailkit diagnose from another network shows the greeting without stars.",
        "implicit-tls",
    ),
    "grt-silent-tls": Steps(
        "Use implicit TLS on this port, or STARTTLS on SMTP 587, IMAP 143 or POP3 110.",
        "",
        "implicit-tls",
    ),
    "grt-silent-http": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "grt-silent-slow": Steps(
        "Set the program's timeout to 30 seconds or more, or ask the administrator why the greeting is late.",
        "mailkit diagnose --timeout 60 waits for the greeting and shows how long it took.",
    ),
    "grt-silent-dead": Steps(
        "Compare host and port with the provider's documentation. If they are right, tell its administrator.",
    ),
    "grt-eof": Steps(
        "Wait some minutes, and use fewer connections. If it persists, ask the administrator whether this address is blocked.",
        "mailkit diagnose from another network.",
    ),
    "grt-early-talker": Steps(
        "Update the program that sends. If it already waits for the greeting, look for a proxy or a firewall with SMTP inspection in between.",
        "mailkit diagnose waits for the whole greeting: where it succeeds, the program speaks too early.",
    ),
    "grt-554": Steps(
        "Read the words after 554. For sending, use the provider's submission server with port 465 or 587.",
        "mailkit diagnose with port 465 or 587.",
    ),
    "grt-421": Steps(
        "Wait some minutes. Leave the settings as they are.",
        "mailkit diagnose some minutes later.",
    ),
    "grt-imap-bye": Steps(
        "Read the words after BYE. Wait some minutes; if it stays so, ask the server's administrator.",
        "mailkit diagnose some minutes later.",
    ),
    "grt-pop-err": Steps(
        "Read the words after -ERR. Wait some minutes; if it stays so, ask the server's administrator.",
        "mailkit diagnose some minutes later.",
    ),
    "grt-preauth": Steps(
        "Use implicit TLS on port 993, and do not log in on this port.",
        "mailkit diagnose from another network shows whether the server itself says PREAUTH.",
        "implicit-tls",
    ),
    "pid-pop-on-imap": Steps(
        "Write the port of IMAP (993), or set the protocol to POP3.",
    ),
    "pid-imap-on-pop": Steps(
        "Write the port of POP3 (995), or set the protocol to IMAP.",
    ),
    "pid-smtp-on-imap": Steps(
        "Write the port of IMAP (993), or set the protocol to SMTP.",
    ),
    "pid-smtp-on-pop": Steps(
        "Write the port of POP3 (995), or set the protocol to SMTP.",
    ),
    "pid-imap-on-smtp": Steps(
        "Write the port of SMTP (465 or 587), or set the protocol to IMAP.",
    ),
    "pid-pop-on-smtp": Steps(
        "Write the port of SMTP (465 or 587), or set the protocol to POP3.",
    ),
    "pid-http-tls": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "pid-ssh": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "pid-ftp": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "pid-nntp": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "pid-sieve": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "pid-lmtp": Steps(
        "For sending, write the submission port: 465 with implicit TLS, or 587 with STARTTLS. LMTP is for the mail server alone.",
    ),
    "pid-ldap": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "pid-db": Steps(
        "Write host and port of the mail server; check that they were not swapped with the database's.",
    ),
    "pid-other": Steps(
        "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587. If the port is right, the host is not the mail server's.",
    ),
    "pid-unknown": Steps(
        "Compare host and port with the provider's documentation.",
    ),
}
