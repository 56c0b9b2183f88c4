"""A DNS server for the lab, with a small zone and faults."""

import socket
import struct
import threading
from collections.abc import Iterable
from contextlib import suppress

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

__all__ = ["NameServer"]

EVERYWHERE = ("a.root-servers.net A 198.41.0.4",)
"""Records of every DNS server."""


class NameServer:
    """Answers by UDP and TCP on one port of loopback.

    Args:
        zone: lines such as ``mail.example.com A 192.0.2.10``; any type that a zone file may have.
            ``SERVFAIL`` or ``TIMEOUT`` instead of a type is how that name fails, for every question; ``NXDOMAIN``
            denies a name; a ``*`` as the first label matches every name below. Names that exist everywhere are known
            without a line.
    """

    def __init__(self, zone: Iterable[str]) -> None:
        self.rows: dict[str, list[tuple[str, str]]] = {}
        for line in zone:
            name, kind, *data = line.split(None, 2)
            self.rows.setdefault(name.lower(), []).append((kind.upper(), "".join(data)))
        for line in EVERYWHERE:
            name, kind, address = line.split()
            self.rows.setdefault(name, [(kind, address)])
        self.questions: list[tuple[str, str]] = []
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.socket()
        for _ in range(20):  # one port number that is free for both
            self._udp.bind(("127.0.0.1", 0))
            try:
                self._tcp.bind(self._udp.getsockname())
                break
            except OSError:
                self._udp.close()
                self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp.listen()
        self.address: tuple[str, int] = self._udp.getsockname()
        self._threads = [
            threading.Thread(target=target, name="mailkit-lab-dns", daemon=True)
            for target in (self._by_udp, self._by_tcp)
        ]

    def start(self) -> None:
        """Start to answer."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop."""
        with suppress(OSError):
            self._tcp.shutdown(socket.SHUT_RDWR)
        self._tcp.close()
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"", self.address)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(2)
        self._udp.close()

    def _by_udp(self) -> None:
        while True:
            try:
                data, asker = self._udp.recvfrom(4096)
            except OSError:
                return
            if not data:
                return
            if (reply := self._reply(data, 512)) is not None:
                with suppress(OSError):
                    self._udp.sendto(reply, asker)

    def _by_tcp(self) -> None:
        while True:
            try:
                sock, _ = self._tcp.accept()
            except OSError:
                return
            with sock, suppress(OSError, struct.error):
                sock.settimeout(2)
                (size,) = struct.unpack("!H", sock.recv(2, socket.MSG_WAITALL))
                reply = self._reply(sock.recv(size, socket.MSG_WAITALL), 65_535)
                if reply is not None:
                    sock.sendall(struct.pack("!H", len(reply)) + reply)

    def _reply(self, data: bytes, limit: int) -> bytes | None:
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        question = query.question[0]
        name, kind = question.name, dns.rdatatype.to_text(question.rdtype)
        self.questions.append((name.to_text(omit_final_dot=True).lower(), kind))
        reply = dns.message.make_response(query, recursion_available=True)
        for _ in range(8):
            rows = self._rows(name.to_text(omit_final_dot=True).lower())
            if rows is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
                break
            if any(kept == "TIMEOUT" for kept, _ in rows):
                return None
            if any(kept == "SERVFAIL" for kept, _ in rows):
                reply.set_rcode(dns.rcode.SERVFAIL)
                break
            fitting = [data for kept, data in rows if kept == kind]
            alias = [data for kept, data in rows if kept == "CNAME"]
            if fitting:
                reply.answer.append(_rows_of(name, kind, fitting))
            if fitting or not alias:
                break
            reply.answer.append(_rows_of(name, "CNAME", alias[:1]))
            name = dns.name.from_text(alias[0])
        wire: bytes = reply.to_wire(max_size=65_535)
        if len(wire) > limit:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            wire = reply.to_wire()
        return wire

    def _rows(self, name: str) -> list[tuple[str, str]] | None:
        """What is known of a name; ``None`` where it does not exist."""
        if name in self.rows:
            rows = self.rows[name]
            return None if rows[0][0] == "NXDOMAIN" else rows
        parent = name.partition(".")[2]
        if f"*.{parent}" in self.rows:
            return self.rows[f"*.{parent}"]
        if any(known.endswith("." + name) for known in self.rows):
            return []
        return None


def _rows_of(name: dns.name.Name, kind: str, data: list[str]) -> dns.rrset.RRset:
    return dns.rrset.from_text_list(
        name, 60, "IN", kind, data, origin=dns.name.root, relativize=False
    )
