"""Settings in the words of the product that a text names."""

import re

import pytest

from mailkit import explain
from mailkit.formats.dialects import dialect_in
from mailkit.rules.advice import STEPS
from mailkit.rules.products import PRODUCTS, ShownProduct, in_product, product_in

SETTINGS = ("starttls", "implicit-tls", "login", "host", "verify", "helo")


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.title)
def test_a_product_has_words_for_what_it_can_set(product: ShownProduct) -> None:
    if product.dialect:
        assert dialect_in(product.module, product.dialect) is not None
    assert in_product(product, "host")
    assert in_product(product, "starttls") or in_product(product, "implicit-tls")


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.title)
def test_no_words_switch_verification_off(product: ShownProduct) -> None:
    words = in_product(product, "verify")

    for off in ("skip", "insecure", "accept", "trust-all"):
        assert off not in words.lower() or words.endswith("stays off")
    assert not re.search(r"(?:mode|verify_peer|reject\w+)\b.* stays off", words)


def test_steps_are_about_settings_that_products_have() -> None:
    assert {steps.about for steps in STEPS.values()} == {"", *SETTINGS}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "django.core.mail: SMTPAuthenticationError: (535, b'5.7.8 authentication failed')",
            "In Django: EMAIL_HOST_USER and EMAIL_HOST_PASSWORD.",
        ),
        (
            "Nextcloud mail: 535 5.7.8 Error: authentication failed",
            "In Nextcloud: mail_smtpname and mail_smtppassword.",
        ),
        (
            "grafana: 504 5.5.2 <f2a>: Helo command rejected: need fully-qualified hostname",
            "In Grafana: ehlo_identity.",
        ),
        (
            "org.springframework.mail.MailSendException: PKIX path building failed (smtp)",
            "In Spring Boot: spring.mail.properties.mail.smtp.ssl.checkserveridentity stays on.",
        ),
        (
            "nodemailer: Hostname/IP does not match certificate's altnames (smtp)",
            "In nodemailer: host.",
        ),
        (
            "gitea: the SMTP server does not support STARTTLS",
            "In Gitea: PROTOCOL = smtps, SMTP_PORT = 465.",
        ),
        ("msmtp: 550 5.1.1 user unknown", ""),
    ],
)
def test_an_explanation_names_the_product_s_own_keys(text: str, words: str) -> None:
    advice = explain(text)[0].advice

    assert words in advice
    assert words or " In " not in advice


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("n8n: Error at SMTPConnection._formatError (nodemailer)", "n8n"),
        ("OCA\\Mail: Symfony\\Component\\Mailer\\Exception\\TransportException", "Nextcloud"),
        ("Nov 2 mail postfix/smtp[1]: status=deferred", "Postfix"),
        ("Nov 2 mail postfix/smtpd[1]: NOQUEUE: reject", None),
        ("the weather in Spring", None),
    ],
)
def test_an_application_says_more_than_the_library_that_it_uses(
    text: str, title: str | None
) -> None:
    product = product_in(text)

    assert (product.title if product else None) == title
