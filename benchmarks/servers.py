"""The servers of a benchmark, in a process of their own, behind a line of a given length.

Usage: python benchmarks/servers.py RTT_MS...

Prints one JSON object: the trust anchor, the users, and for each round-trip time the real ports.
Ends when its standard input is closed.
"""

import asyncio
import json
import sys
import threading
from contextlib import suppress

from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.ports import Security

HOST = "mail.example.com"


class Line:
    """A relay that behaves as a path of so many seconds round trip, the TCP handshake included.

    A client is connected at once here, and after one round trip on a real path. So the server's
    side is opened one and a half round trips after the client's, and what the client says before
    arrives then; everything else takes half a round trip each way.
    """

    def __init__(self, target: tuple[str, int], rtt: float) -> None:
        self.target, self.rtt = target, rtt

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        opened = loop.time() + 1.5 * self.rtt
        first: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        reading = asyncio.create_task(self._take(reader, first))
        await asyncio.sleep(1.5 * self.rtt)
        try:
            theirs, ours = await asyncio.open_connection(*self.target)
        except OSError:
            writer.close()
            return
        back: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        tasks = [
            reading,
            asyncio.create_task(self._take(theirs, back)),
            asyncio.create_task(self._give(first, ours, opened)),
            asyncio.create_task(self._give(back, writer, 0.0)),
        ]
        with suppress(asyncio.CancelledError):  # at the end of the benchmark
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(
        self, reader: asyncio.StreamReader, queue: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                data = await reader.read(65_536)
            except OSError:
                data = b""
            await queue.put((loop.time() + self.rtt / 2, data))
            if not data:
                return

    async def _give(
        self,
        queue: asyncio.Queue[tuple[float, bytes]],
        writer: asyncio.StreamWriter,
        not_before: float,
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            when, data = await queue.get()
            await asyncio.sleep(max(when, not_before) - loop.time())
            if not data:
                writer.close()
                return
            writer.write(data)


async def relay(lab: Lab, rtts: list[float]) -> None:
    ports: dict[str, dict[str, int]] = {}
    for rtt in rtts:
        ports[f"{rtt * 1000:g}"] = {}
        for port in (993, 465, 587):
            target = lab.where(HOST, port)
            if rtt:
                server = await asyncio.start_server(Line(target, rtt), "127.0.0.1", 0)
                target = server.sockets[0].getsockname()[:2]
            ports[f"{rtt * 1000:g}"][str(port)] = target[1]
    root = lab.folder / "root.pem"  # without the revocation list, which costs a look-up each time
    root.write_bytes(lab.ca_file.read_bytes().partition(b"-----BEGIN X509 CRL")[0])
    told = {"ca": str(root), "host": HOST, "user": ADDRESS, "password": PASSWORD}
    print(json.dumps(told | {"ports": ports}), flush=True)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=wait, daemon=True).start()
    await over.wait()


def main() -> None:
    rtts = [float(text) / 1000 for text in sys.argv[1:]]
    listeners = [
        Listener(protocol="imap", host=HOST, port=993),
        # an option at its usual value, so that one server core serves all three
        Listener(
            protocol="smtp", host=HOST, port=465, offers_tls=["SIZE 1000000", "AUTH PLAIN LOGIN"]
        ),
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            offers_tls=["SIZE 1000000", "AUTH PLAIN LOGIN"],
        ),
    ]
    with Lab(listeners) as lab:
        asyncio.run(relay(lab, rtts))


if __name__ == "__main__":
    main()
