"""Processes of this machine: what a script and its accounts need for them."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.errors import SecretError
from mailkit.secret import Secret

SCRIPT = """
import mailkit
accounts = mailkit.loads('''
[account.a.incoming]
host = "localhost"
port = 1
[account.b.incoming]
host = "localhost"
port = 1
''')
{guard}for report in mailkit.diagnose_all(accounts, executor="processes", workers=2, timeout=1):
    {indent}print(report.accounts[0].services[0].cause)
"""


@pytest.mark.parametrize("guarded", [True, False])
def test_a_script_that_starts_itself_again_is_told_once_what_to_write(
    guarded: bool, tmp_path: Path
) -> None:
    file = tmp_path / "script.py"
    guard = 'if __name__ == "__main__":\n  ' if guarded else ""
    file.write_text(SCRIPT.format(guard=guard, indent="  " if guarded else ""))
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    if guarded:
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.split() == ["tcp-refused", "tcp-refused"]
    else:
        assert done.returncode == 1
        assert done.stderr.count("Traceback") == 1
        assert 'under `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]


def test_a_password_itself_is_not_sent_and_says_what_is() -> None:
    secret = pickle.loads(pickle.dumps(Secret.value("correct horse")))
    with pytest.raises(SecretError, match="not sent to another process; use env:NAME"):
        secret.reveal()
