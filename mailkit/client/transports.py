"""Sending by other ways than a connection of our own: the machine's mail system, Maildirs of this machine, aiosmtplib."""

import subprocess
from collections.abc import Callable, Iterable
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from mailkit.client.maildir_store import MaildirStore
from mailkit.client.outcome import (
    ACCEPTED,
    DEFERRED,
    REFUSED,
    UNKNOWN,
    DeliveryStatus,
    Sendable,
    SendResult,
    notify_words,
    path_of,
)

__all__ = ["deliver_locally", "send_async", "send_by_sendmail", "send_on"]


def send_by_sendmail(
    letter: Sendable, program: str = "/usr/sbin/sendmail", within_s: float = 60
) -> SendResult:
    """Hand a message to the machine's own mail system; it has accepted it for everybody, or for nobody."""
    command = [program, "-i", "-f", path_of(letter.sender), "--", *map(path_of, letter.recipients)]
    content = letter.content().replace(b"\r\n", b"\n")
    try:
        done = subprocess.run(  # noqa: S603 - a list, and no shell
            command, input=content, capture_output=True, timeout=within_s, check=False
        )
    except subprocess.TimeoutExpired:
        return SendResult.all(
            letter, DeliveryStatus(UNKNOWN, 0, f"{program} did not end within {within_s:g} s")
        )
    except OSError as error:
        return SendResult.all(letter, DeliveryStatus(DEFERRED, 0, f"{program}: {error.strerror}"))
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[:300]
    if done.returncode == 0:
        return SendResult.all(letter, DeliveryStatus(ACCEPTED, 0, said))
    state = DEFERRED if done.returncode == 75 else REFUSED  # EX_TEMPFAIL of sysexits.h
    return SendResult.all(letter, DeliveryStatus(state, done.returncode, said))


def deliver_locally(letter: Sendable, folder_of: Callable[[str], Path | str | None]) -> SendResult:
    """Deliver into Maildirs of this machine; who has none is refused."""
    identity = letter.message_id or make_msgid()
    fates = {}
    for address in letter.recipients:
        folder = folder_of(address)
        if folder is None:
            fates[address] = DeliveryStatus(REFUSED, 550, "there is no such mailbox here")
            continue
        with MaildirStore(folder) as shelf:
            draft = shelf.write(identity, [letter.content()])
            shelf.keep("local", 0, [draft], new=True)
        fates[address] = DeliveryStatus(ACCEPTED)
    return SendResult(letter.message_id, fates)


async def send_async(letter: Sendable, **options: Any) -> SendResult:
    """Send by aiosmtplib, which has to be installed; ``options`` are those of ``aiosmtplib.SMTP``, and ``username``, ``password``."""
    import aiosmtplib

    user, password = options.pop("username", ""), options.pop("password", "")
    try:
        async with aiosmtplib.SMTP(**options) as client:
            if user:
                await client.login(user, password)
            return await send_on(client, letter)
    except (aiosmtplib.SMTPException, OSError) as error:
        return SendResult.all(letter, DeliveryStatus(DEFERRED, 0, str(error)))


async def send_on(client: Any, letter: Sendable, *, notify: Iterable[str] = ()) -> SendResult:
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
        return SendResult.all(letter, DeliveryStatus(REFUSED, 0, str(error)))
    except aiosmtplib.SMTPResponseException as refused:
        return SendResult.all(letter, DeliveryStatus.of(refused.code, refused.message))
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError) as error:
        return SendResult.all(letter, DeliveryStatus(UNKNOWN, 0, str(error)))
    except (aiosmtplib.SMTPException, OSError) as error:
        return SendResult.all(letter, DeliveryStatus(DEFERRED, 0, str(error)))
    good = DeliveryStatus(ACCEPTED, 250, words)
    told = {one: DeliveryStatus.of(code, said) for one, (code, said) in errors.items()}
    return SendResult(letter.message_id, {one: told.get(one, good) for one in letter.recipients})
