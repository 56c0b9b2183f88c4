"""What is supposed, printed by a program's source, or said of another login is no failure of mail."""

import pytest

from mailkit import explain


@pytest.mark.parametrize(
    "text",
    [
        "If the server answers 535, the password is wrong; if it answers 530, STARTTLS is missing.",
        "When you see 550 5.7.1 Relaying denied, log in first",
    ],
)
def test_a_reply_that_is_supposed_is_possible_at_most(text: str) -> None:
    assert {str(cause.certainty) for cause in explain(text)} <= {"possible"}


@pytest.mark.parametrize(
    "text",
    [
        "except smtplib.SMTPConnectError:\n    print('Connection refused')",
        'transport.verify(error => { console.log("certificate has expired") })  // smtp',
        "sshd[22]: Failed password for invalid user postfix from 203.0.113.4 port 44522",
        "PDOException: SQLSTATE[HY000] [1045] Access denied for user 'roundcube'@'localhost'",
        "Keycloak login: Invalid username or password.",
        "NoCredentialsError: Unable to locate credentials (ses.send_email)",
        "firebase auth/invalid-email: The email address is badly formatted.",
        "mail: I do not get 'certificate has expired' any more",
    ],
)
def test_other_words_are_no_failure_of_mail(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("print(e)\nOutput: (535, b'5.7.8 Username and Password not accepted.')", "aut-bad"),
        ("Please check your settings: 535 5.7.8 Authentication failed", "aut-bad"),
        ("check_imap CRITICAL - Certificate 'mail.example.org' expired on Sun", "crt-expired"),
        ("Das Zertifikat des Mailservers ist nicht für diesen Namen gültig", "crt-host-mismatch"),
    ],
)
def test_a_failure_beside_them_is_one(text: str, finding: str) -> None:
    assert explain(text)[0].id == finding
