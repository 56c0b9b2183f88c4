"""Sending by other ways than a connection of our own: the machine's mail system, Maildirs of this machine, aiosmtplib."""

import subprocess
from collections.abc import Callable, Iterable
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from mailkit.client.outcome import (
    ACCEPTED,
    DEFERRED,
    REFUSED,
    UNKNOWN,
    Fate,
    Outcome,
    Sendable,
    notify_words,
    path_of,
)
from mailkit.client.shelf import Shelf

__all__ = ["deliver_locally", "send_async", "send_by_sendmail", "send_on"]


def send_by_sendmail(
    letter: Sendable, program: str = "/usr/sbin/sendmail", within_s: float = 60
) -> Outcome:
    """Hand a message to the machine's own mail system; it has accepted it for everybody, or for nobody."""
    command = [program, "-i", "-f", path_of(letter.sender), "--", *map(path_of, letter.recipients)]
    content = letter.content().replace(b"\r\n", b"\n")
    try:
        done = subprocess.run(  # noqa: S603 - a list, and no shell
            command, input=content, capture_output=True, timeout=within_s, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome.all(letter, Fate(UNKNOWN, 0, f"{program} did not end within {within_s:g} s"))
    except OSError as error:
        return Outcome.all(letter, Fate(DEFERRED, 0, f"{program}: {error.strerror}"))
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[:300]
    if done.returncode == 0:
        return Outcome.all(letter, Fate(ACCEPTED, 0, said))
    state = DEFERRED if done.returncode == 75 else REFUSED  # EX_TEMPFAIL of sysexits.h
    return Outcome.all(letter, Fate(state, done.returncode, said))


def deliver_locally(letter: Sendable, folder_of: Callable[[str], Path | str | None]) -> Outcome:
    """Deliver into Maildirs of this machine; who has none is refused."""
    identity = letter.message_id or make_msgid()
    fates = {}
    for address in letter.recipients:
        folder = folder_of(address)
        if folder is None:
            fates[address] = Fate(REFUSED, 550, "there is no such mailbox here")
            continue
        with Shelf(folder) as shelf:
            draft = shelf.write(identity, [letter.content()])
            shelf.keep("local", 0, [draft], new=True)
        fates[address] = Fate(ACCEPTED)
    return Outcome(letter.message_id, fates)


async def send_async(letter: Sendable, **options: Any) -> Outcome:
    """Send by aiosmtplib, which has to be installed; ``options`` are those of ``aiosmtplib.SMTP``, and ``username``, ``password``."""
    import aiosmtplib

    user, password = options.pop("username", ""), options.pop("password", "")
    try:
        async with aiosmtplib.SMTP(**options) as client:
            if user:
                await client.login(user, password)
            return await send_on(client, letter)
    except (aiosmtplib.SMTPException, OSError) as error:
        return Outcome.all(letter, Fate(DEFERRED, 0, str(error)))


async def send_on(client: Any, letter: Sendable, *, notify: Iterable[str] = ()) -> Outcome:
    """Send on an ``aiosmtplib.SMTP`` that is connected and may be used for more."""
    import aiosmtplib

    content = letter.content()
    when = notify_words(notify)
    asked = [f"NOTIFY={when}"] if when and client.supports_extension("dsn") else []
    errors: dict[str, Any] = {}
    try:
        errors, words = await client.sendmail(
            letter.sender,
            [*letter.recipients],
            content,
            mail_options=[] if content.isascii() else ["BODY=8BITMIME"],
            rcpt_options=asked,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        errors, words = {one.recipient: (one.code, one.message) for one in refused.recipients}, ""
    except aiosmtplib.SMTPNotSupported as error:
        return Outcome.all(letter, Fate(REFUSED, 0, str(error)))
    except aiosmtplib.SMTPResponseException as refused:
        return Outcome.all(letter, Fate.of(refused.code, refused.message))
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError) as error:
        return Outcome.all(letter, Fate(UNKNOWN, 0, str(error)))
    except (aiosmtplib.SMTPException, OSError) as error:
        return Outcome.all(letter, Fate(DEFERRED, 0, str(error)))
    good = Fate(ACCEPTED, 250, words)
    told = {one: Fate.of(code, said) for one, (code, said) in errors.items()}
    return Outcome(letter.message_id, {one: told.get(one, good) for one in letter.recipients})
