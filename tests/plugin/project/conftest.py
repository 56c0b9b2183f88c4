import pytest


@pytest.fixture
def customer(new_mailbox):
    return new_mailbox()
