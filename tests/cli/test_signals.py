"""Signals that end work in order."""

import signal

import pytest

from mailkit.cli.signals import told_by


def test_a_signal_inside_a_method_of_the_event_does_not_block() -> None:
    with told_by(signal.SIGTERM) as stop:
        with stop._cond:
            signal.raise_signal(signal.SIGTERM)
        assert stop.wait(60)


def test_a_signal_raises_where_work_can_be_interrupted_anywhere() -> None:
    with told_by(signal.SIGTERM, raises=True) as stop:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        assert stop.wait(60)


def test_the_handlers_of_before_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with told_by(signal.SIGTERM):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
