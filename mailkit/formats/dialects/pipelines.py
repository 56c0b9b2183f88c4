"""Mail steps of pipelines: the GitHub action ``action-send-mail`` and Ansible's ``mail`` module.

The action's scheme ``smtp+starttls`` is implicit TLS, in spite of its name.
"""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="action-send-mail",
        title="action-send-mail",
        syntaxes=("yaml",),
        files=(".github/workflows/*.yml", ".github/workflows/*.yaml"),
        services=(
            ServiceWords(
                at=("**.with",),
                host=("server_address",),
                port=("server_port",),
                user=("username",),
                secret=("password",),
                no_verify=("ignore_cert",),
                ports=25,
                flags=True,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"secure": True}),
                    Mode(Security.IMPLICIT_TLS, {"secure": ABSENT, "@port": 465}, {"secure": True}),
                    Mode(
                        Security.STARTTLS,
                        {"secure": (False, ABSENT)},
                        {"secure": False},
                        optional=True,
                    ),
                ),
            ),
            ServiceWords(
                at=("**.with",),
                url=("connection_url",),
                schemes={
                    "smtp": ("smtp", None),
                    "smtp+starttls": ("smtp", Security.IMPLICIT_TLS),
                },
                scheme_ports={"smtp": 25, "smtp+starttls": 465},
                modes=(Mode(Security.STARTTLS, {}, {}, optional=True),),
            ),
        ),
        example=".github/workflows/mail.yml",
        sources=(
            "https://github.com/dawidd6/action-send-mail#usage",
            "https://github.com/dawidd6/action-send-mail/blob/master/main.js",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="ansible",
        title="Ansible",
        syntaxes=("yaml",),
        files=("playbook*.y*ml", "tasks/*.yml"),
        marks=("**.mail.subject",),
        fold=True,
        new_file=True,
        services=(
            ServiceWords(
                at=("**.mail",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from", "sender"),
                timeout=("timeout",),
                default_host="localhost",
                ports=25,
                flags=True,
                defaults={"secure": "try"},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"secure": "always"}),
                    Mode(Security.STARTTLS, {"secure": "starttls"}),
                    Mode(Security.CLEARTEXT, {"secure": "never"}),
                    Mode(
                        Security.IMPLICIT_TLS, {"secure": "try", "@port": 465}, {"secure": "always"}
                    ),
                    Mode(Security.STARTTLS, {"secure": "try"}, {"secure": "try"}, optional=True),
                ),
            ),
        ),
        example="playbook.yml",
        sources=(
            "https://docs.ansible.com/ansible/latest/collections/community/general/mail_module.html",
            "https://github.com/ansible-collections/community.general/blob/main/plugins/modules/mail.py",
        ),
        dated="2026-11-27",
    ),
)
