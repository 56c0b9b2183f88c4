"""Jenkins: its mailer's XML, and configuration as code. ``useSsl`` is implicit TLS, ``useTls`` STARTTLS."""

from typing import Any

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_WORDS: dict[str, Any] = {
    "host": ("smtpHost",),
    "port": ("smtpPort",),
    "user": ("authentication.username", "smtpAuthUsername"),
    "secret": ("authentication.password", "smtpAuthPassword", "smtpAuthPasswordSecret"),
    "address": ("replyToAddress",),
    "ports": {Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
    "flags": True,
    "needs_host": True,
    "defaults": {"useSsl": False, "useTls": False},
    "modes": (
        Mode(Security.IMPLICIT_TLS, {"useSsl": True}, {"useSsl": True, "useTls": False}),
        Mode(Security.STARTTLS, {"useTls": True}, {"useTls": True, "useSsl": False}),
        Mode(Security.CLEARTEXT),
    ),
    "exclusive": (("useSsl", "useTls"),),
}
_ACCOUNT: dict[str, Any] = _WORDS | {
    "user": ("smtpUsername",),
    "secret": ("smtpPassword",),
    "address": ("address",),
    "exclusive": (),
}
"""An account of the plugin email-ext."""

_SOURCES = ("https://plugins.jenkins.io/mailer/",)

DIALECTS = (
    Dialect(
        name="jenkins",
        title="Jenkins",
        syntaxes=("xml",),
        files=("hudson.tasks.Mailer.xml", "hudson.plugins.emailext.ExtendedEmailPublisher.xml"),
        marks=("*.smtpHost", "*.mailAccount.smtpHost"),
        services=(
            ServiceWords(at=("*",), **_WORDS),
            ServiceWords(at=("*.mailAccount", "*.addAccounts.*"), **_ACCOUNT),
        ),
        sources=(
            *_SOURCES,
            "https://github.com/jenkinsci/mailer-plugin/blob/master/src/main/java/hudson/tasks/Mailer.java",
            "https://github.com/jenkinsci/email-ext-plugin/blob/main/src/main/java/hudson/plugins/emailext/MailAccount.java",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="jenkins-casc",
        title="Jenkins",
        syntaxes=("yaml",),
        files=("jenkins.yaml", "jenkins.yml", "casc*.y*ml"),
        marks=(
            "**.unclassified.mailer.smtpHost",
            "**.unclassified.email-ext.mailAccount.smtpHost",
            "**.unclassified.extendedEmailPublisher.mailAccount.smtpHost",
        ),
        new_file=True,
        services=(
            ServiceWords(at=("**.unclassified.mailer",), **_WORDS),
            ServiceWords(
                at=tuple(
                    f"**.unclassified.{plugin}.{key}"
                    for plugin in ("email-ext", "extendedEmailPublisher")
                    for key in ("mailAccount", "addAccounts.#")
                ),
                **_ACCOUNT,
            ),
        ),
        sources=(
            *_SOURCES,
            "https://github.com/jenkinsci/configuration-as-code-plugin",
            "https://github.com/jenkinsci/mailer-plugin/blob/master/src/main/java/hudson/tasks/Mailer.java",
            "https://github.com/jenkinsci/email-ext-plugin/blob/main/src/main/java/hudson/plugins/emailext/MailAccount.java",
        ),
        dated="2026-11-28",
    ),
)
