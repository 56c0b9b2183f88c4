"""A finding's manual page is its scenario, where one server's replies are the whole fault."""

import pytest

from mailkit.diagnosis.diagnose import diagnose
from mailkit.formats import loads
from mailkit.lab import Lab
from mailkit.lab.faults.from_page import scenario_of
from mailkit.rules.catalogue import RULES


@pytest.mark.parametrize(
    "name",
    [
        "aut-expired",  # a reply to a login by IMAP
        "lim-pop3-delay",  # by POP3, in two commands
        "aut-locked",  # by SMTP
        "hst-no-reply",  # a connection that is closed
        "grt-554",  # a greeting before STARTTLS
        "snd-greylist",  # a transaction
    ],
)
def test_a_server_that_says_what_the_page_says_has_the_fault(name: str) -> None:
    scenario = scenario_of(RULES[name])
    assert scenario is not None

    with Lab(scenario.listeners, scenario.users) as lab:
        report = diagnose(
            loads(scenario.account, "scenario.toml")[0],
            connect_to=lab.connect_to,
            ca=lab.ca_file,
            **scenario.options,
        )

    assert report.accounts[0].services[0].cause == name


@pytest.mark.parametrize(
    "name",
    [
        "tls-cut",  # the handshake fails, which no reply shows
        "aut-split",  # another service accepts the login
        "cap-cram-advertised",  # two observations
        "cfg-cleartext",  # a page about settings
    ],
)
def test_a_page_with_more_than_replies_is_no_scenario(name: str) -> None:
    assert scenario_of(RULES[name]) is None
