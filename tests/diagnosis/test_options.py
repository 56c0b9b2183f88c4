"""What a diagnosis does is one value, made where it begins."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import pytest

from mailkit.account import Account
from mailkit.diagnosis.diagnose import diagnose
from mailkit.diagnosis.options import diagnose_options
from mailkit.errors import SettingsError
from mailkit.fleet.run import diagnose_all
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, imap
from mailkit.observation import Proof
from mailkit.rules.account_index import AccountIndex

Make = Callable[..., Lab]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"timeot": 3}, "did you mean timeout"),
        ({"mailboxes": True}, "did you mean mailbox"),
        ({"deadline": 0}, "above 0"),
        ({"rehearse": ("a@x", "b@x"), "send_test": "b@x"}, "not both"),
    ],
)
def test_options_that_make_no_sense_fail_before_anything_is_opened(
    given: dict[str, object], hint: str
) -> None:
    for begin in (
        lambda: diagnose(Account(label="a"), **given),
        lambda: [*diagnose_all([], **given)],
    ):
        with pytest.raises(SettingsError, match=hint):
            begin()


def test_the_value_is_frozen_and_names_go_before_it() -> None:
    accounts = AccountIndex((Account(label="a"),))
    usual = diagnose_options({"timeout": 2, "thorough": True, "accounts": accounts})

    made = diagnose_options({"thorough": False, "login": False}, usual)

    assert (made.thorough, made.login) == (False, False)
    assert made.connect is usual.connect
    assert made.accounts is accounts  # an index that was built once is not built again
    assert diagnose_options({"timeout": 3}, usual).connect.reply_timeout_s == 3
    with pytest.raises(FrozenInstanceError):
        made.login = True  # type: ignore[misc]


def test_a_diagnosis_takes_its_options_as_a_value(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))
    account = loads(imap(993, "implicit-tls"))[0]
    usual = diagnose_options({"ca": lab.ca_file, "connect_to": lab.connect_to, "login": False})

    proofs = [
        diagnose(account, given).accounts[0].services[0].proof
        for given in (usual, replace(usual, login=True))
    ]

    assert proofs == [Proof.CAPABLE, Proof.LOGGED_IN]
