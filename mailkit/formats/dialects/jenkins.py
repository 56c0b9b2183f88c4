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
_SOURCES = ("https://plugins.jenkins.io/mailer/",)

DIALECTS = (
    Dialect(
        name="jenkins",
        title="Jenkins",
        syntaxes=("xml",),
        files=("hudson.tasks.Mailer.xml",),
        marks=("*.smtpHost",),
        services=(ServiceWords(at=("*",), **_WORDS),),
        sources=(
            *_SOURCES,
            "https://github.com/jenkinsci/mailer-plugin/blob/master/src/main/java/hudson/tasks/Mailer.java",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="jenkins-casc",
        title="Jenkins",
        syntaxes=("yaml",),
        files=("jenkins.yaml", "jenkins.yml", "casc*.y*ml"),
        marks=("**.unclassified.mailer.smtpHost",),
        new_file=True,
        services=(ServiceWords(at=("**.unclassified.mailer",), **_WORDS),),
        sources=(
            *_SOURCES,
            "https://github.com/jenkinsci/configuration-as-code-plugin",
            "https://github.com/jenkinsci/mailer-plugin/blob/master/src/main/java/hudson/tasks/Mailer.java",
        ),
        dated="2026-11-27",
    ),
)
