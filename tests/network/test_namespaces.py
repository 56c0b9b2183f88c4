"""Faults of the network itself, in a network namespace: the kernel drops, redirects, has no route."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

INSIDE = Path(__file__).parent / "inside.py"


@cache
def why_not() -> str:
    """Why this machine cannot do it; empty where it can."""
    for tool in ("unshare", "ip", "iptables"):
        if shutil.which(tool) is None and shutil.which(tool, path="/usr/sbin:/sbin") is None:
            return f"{tool} is not installed"
    script = (
        "ip link set lo up && ip tuntap add dev mute mode tun && "
        "iptables -t nat -A OUTPUT -p tcp --dport 9 -j DNAT --to 127.0.0.1:9"
    )
    tried = subprocess.run(
        ["unshare", "--net", "sh", "-c", script], capture_output=True, text=True, check=False
    )
    return f"no network namespace: {tried.stderr.strip()[-120:]}" if tried.returncode else ""


def outcome(case: str) -> dict[str, Any]:
    """The first service of the report that comes out of a namespace."""
    if reason := why_not():
        pytest.skip(reason)
    done = subprocess.run(
        ["unshare", "--net", sys.executable, str(INSIDE), case],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    service: dict[str, Any] = json.loads(done.stdout)["accounts"][0]["services"][0]
    return service


@pytest.mark.parametrize(
    ("case", "cause", "changes"),
    [
        ("filtered_port", "tcp-timeout", {"port": 993, "security": "implicit-tls"}),
        ("no_ipv6", "dns-aaaa-only", {}),
        ("blocked_25", "tcp-25-blocked", {"port": 587}),
        ("no_mail_out", "tcp-smtp-blocked", {}),
        ("redirected_smtp", "tcp-redirected", {"port": 465, "security": "implicit-tls"}),
        ("captive", "env-captive", {}),
    ],
)
def test_the_network_is_named_as_the_cause(case: str, cause: str, changes: dict[str, Any]) -> None:
    service = outcome(case)

    assert service["cause"] == cause
    proposal = service["proposal"]
    changed = {key: pair[1] for key, pair in proposal["changes"].items()} if proposal else {}
    assert changed == changes
    assert proposal is None or proposal["proof"] == "logged-in"


def test_a_broken_way_by_ipv6_is_told_though_ipv4_works() -> None:
    service = outcome("broken_ipv6")

    assert service["ok"]
    assert service["proof"] == "logged-in"
    assert [finding["id"] for finding in service["findings"]] == ["tcp-v6-broken"]
