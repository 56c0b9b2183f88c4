"""Exim with a smarthost: a router and its transport, or Debian's ``update-exim4.conf.conf``."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="exim",
        title="Exim",
        syntaxes=("exim",),
        own_files=(
            "exim.conf",
            "exim4.conf",
            "exim4.conf.template",
            "exim.configure",
            "exim4.conf.localmacros",
        ),
        services=(
            ServiceWords(
                at=("routers.*",),
                host=("host",),
                port=("port", "transport.port"),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"transport.protocol": ("smtps", "submissions")}),
                    Mode(Security.STARTTLS, {"transport.hosts_require_tls": "*"}),
                    Mode(Security.STARTTLS, {}, {}, optional=True),
                ),
            ),
        ),
        example="exim4.conf",
        sources=(
            "https://www.exim.org/exim-html-current/doc/html/spec_html/ch-the_smtp_transport.html",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="exim-debian",
        title="Exim",
        syntaxes=("dotenv",),
        own_files=("update-exim4.conf.conf",),
        services=(
            ServiceWords(
                host=("dc_smarthost",),
                host_port=True,
                needs_host=True,
                ports=25,
                enabled={"dc_eximconfig_configtype": ("smarthost", "satellite")},
                modes=(Mode(Security.STARTTLS, {}, {}, optional=True),),
            ),
        ),
        example="update-exim4.conf.conf",
        sources=(
            "https://manpages.debian.org/bookworm/exim4-config/update-exim4.conf.8.en.html",
            "https://sources.debian.org/src/exim4/4.96-15+deb12u10/debian/debconf/conf.d/transport/30_exim4-config_remote_smtp_smarthost/",
        ),
        dated="2026-11-27",
    ),
)
