"""GitLab: ``gitlab.rb``. ``smtp_tls`` is implicit TLS; ``incoming_email_ssl`` too. Without ``smtp_enable`` nothing of it counts."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security


def _mailbox(name: str) -> ServiceWords:
    """A mailbox that GitLab reads over IMAP: replies, or the service desk."""
    tls, starttls = f"{name}_ssl", f"{name}_start_tls"
    return ServiceWords(
        role="incoming",
        protocol="imap",
        at=("gitlab_rails",),
        host=(f"{name}_host",),
        port=(f"{name}_port",),
        user=(f"{name}_email",),
        secret=(f"{name}_password",),
        ports=143,
        enabled={f"{name}_enabled": (True,), f"{name}_inbox_method": ("imap",)},
        defaults={tls: False, starttls: False, f"{name}_inbox_method": "imap"},
        modes=(
            Mode(Security.IMPLICIT_TLS, {tls: True}, {tls: True, starttls: False}),
            Mode(Security.STARTTLS, {starttls: True}, {starttls: True, tls: False}),
            Mode(Security.CLEARTEXT),
        ),
        exclusive=((tls, starttls),),
    )


DIALECTS = (
    Dialect(
        name="gitlab",
        title="GitLab",
        syntaxes=("ruby",),
        own_files=("gitlab.rb",),
        marks=(
            "gitlab_rails.smtp_address",
            "gitlab_rails.incoming_email_host",
            "gitlab_rails.service_desk_email_host",
            "gitlab_rails.smtp_enable",
        ),
        new_file=True,
        services=(
            ServiceWords(
                at=("gitlab_rails",),
                host=("smtp_address",),
                port=("smtp_port",),
                user=("smtp_user_name",),
                secret=("smtp_password",),
                helo=("smtp_domain",),
                auth=("smtp_authentication",),
                address=("gitlab_email_from",),
                no_verify=("smtp_openssl_verify_mode=none",),
                default_host="localhost",
                ports=25,
                enabled={"smtp_enable": (True,)},
                defaults={
                    "smtp_enable": False,
                    "smtp_tls": False,
                    "smtp_ssl": False,
                    "smtp_enable_starttls_auto": True,
                },
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"smtp_tls": True},
                        {"smtp_tls": True, "smtp_enable_starttls_auto": False},
                    ),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"smtp_ssl": True},
                        {"smtp_ssl": True, "smtp_enable_starttls_auto": False},
                    ),
                    Mode(Security.CLEARTEXT, {"smtp_enable_starttls_auto": False}),
                    Mode(
                        Security.STARTTLS,
                        {},
                        {"smtp_tls": False, "smtp_ssl": False, "smtp_enable_starttls_auto": True},
                        optional=True,
                    ),
                ),
                exclusive=(
                    ("smtp_tls", "smtp_enable_starttls_auto"),
                    ("smtp_ssl", "smtp_enable_starttls_auto"),
                ),
                exclusive_why="GitLab refuses both, at reconfigure or when it sends",
            ),
            _mailbox("incoming_email"),
            _mailbox("service_desk_email"),
        ),
        example="gitlab.rb",
        sources=(
            "https://docs.gitlab.com/omnibus/settings/smtp/",
            "https://docs.gitlab.com/administration/incoming_email/",
            "https://github.com/gitlabhq/omnibus-gitlab/blob/master/files/gitlab-cookbooks/gitlab/libraries/smtp_helper.rb",
            "https://github.com/gitlabhq/omnibus-gitlab/blob/master/files/gitlab-cookbooks/gitlab/attributes/default.rb",
            "https://github.com/gitlabhq/gitlabhq/blob/master/lib/gitlab/mail_room.rb",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="gitlab-helm",
        title="GitLab",
        syntaxes=("yaml",),
        files=("values.yaml", "values*.yaml"),
        marks=(
            "**.global.smtp.starttls_auto",
            "**.global.smtp.user_name",
            "**.global.smtp.openssl_verify_mode",
            "**.global.smtp.authentication",
        ),
        services=(
            ServiceWords(
                at=("**.global.smtp",),
                host=("address",),
                port=("port",),
                user=("user_name",),
                helo=("domain",),
                auth=("authentication",),
                no_verify=("openssl_verify_mode=none",),
                ports=2525,
                enabled={"enabled": (True,)},
                defaults={"enabled": False, "tls": False, "starttls_auto": False},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS, {"tls": True}, {"tls": True, "starttls_auto": False}
                    ),
                    Mode(Security.CLEARTEXT, {"starttls_auto": False}),
                    Mode(
                        Security.STARTTLS, {}, {"tls": False, "starttls_auto": True}, optional=True
                    ),
                ),
                exclusive=(("tls", "starttls_auto"),),
                exclusive_why="the mail library raises ArgumentError when it sends",
            ),
        ),
        example="values.yaml",
        sources=(
            "https://docs.gitlab.com/charts/charts/globals/#outgoing-email",
            "https://gitlab.com/gitlab-org/charts/gitlab/-/blob/master/templates/_email.tpl",
        ),
        dated="2026-11-28",
    ),
)
