"""Services to send by; they keep no mailboxes."""

from datetime import date

from mailkit.providers.entry import TLS, UP, Provider

__all__ = ["PROVIDERS"]

PROVIDERS = (
    Provider(
        name="Amazon SES",
        source="docs.aws.amazon.com/ses",
        review=date(2027, 5, 21),
        smtp=(
            "email-smtp.us-east-1.amazonaws.com",
            ((465, TLS), (587, UP), (25, UP), (2465, TLS), (2587, UP)),
        ),
        user="key",
        login="key",
        advice="SES needs SMTP credentials; their user name begins with AKIA",
    ),
    Provider(
        name="SendGrid",
        source="docs.sendgrid.com",
        review=date(2027, 5, 21),
        smtp=("smtp.sendgrid.net", ((465, TLS), (587, UP), (25, UP), (2525, UP))),
        user="apikey",
        login="key",
        advice="the user name is the word apikey, the password an API key",
    ),
    Provider(
        name="Mailgun",
        source="help.mailgun.com",
        review=date(2027, 5, 21),
        smtp=("smtp.mailgun.org", ((465, TLS), (587, UP), (25, UP), (2525, UP))),
    ),
    Provider(
        name="Postmark",
        source="postmarkapp.com/support",
        review=date(2027, 5, 21),
        smtp=("smtp.postmarkapp.com", ((587, UP), (25, UP), (2525, UP))),
        user="key",
        login="key",
        advice="the user name and the password are both the server API token",
    ),
    Provider(
        name="Brevo",
        source="help.brevo.com",
        review=date(2027, 5, 21),
        smtp=("smtp-relay.brevo.com", ((465, TLS), (587, UP), (2525, UP))),
        login="key",
        advice="Brevo needs an SMTP key, not the account's password",
    ),
    Provider(
        name="Mailjet",
        source="documentation.mailjet.com",
        review=date(2027, 5, 21),
        smtp=("in-v3.mailjet.com", ((465, TLS), (587, UP), (25, UP), (2525, UP))),
        user="key",
        login="key",
        advice="the user name is the API key, the password the secret key",
    ),
)
