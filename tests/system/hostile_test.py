"""Peers that send slowly, never read, send garbage or come by the thousand: they cost no more than docs/operating.md says ("What a hostile
peer can cost"), and nobody else waits for them. What is asserted of the others is that their jobs are delivered, not when.
"""

import contextlib
import os
import re
import socket
import struct
import threading
import time

from harness import SystemTest, main, number, smsc, wait_for
from peer import BIND_TRX, DELIVER, ENQUIRE, OK, RESPONSE, c_string, deliver_body

MIB = 1 << 20
THOUSAND = 1000


def resident(process):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status.read(), re.M).group(1)) * 1024


class HostileTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.good = self.peer()
        self.done = 0
        self.open = []
        self.addCleanup(lambda: [each.close() for each in self.open])

    def gate_with(self, *others):
        """A daemon whose jobs all go to the good SMSC, warm; and its memory now."""
        daemon = self.daemon({"smsc": [smsc(self.good.port), *others], "log": {"level": "info"},
                              "route": [{"name": "good", "prefix": ["+"], "smsc": ["alpha"]}]})
        daemon.wait_bound("alpha")
        self.others_go_on(daemon)
        self.before = resident(daemon.process)
        return daemon

    def others_go_on(self, daemon, jobs=20):
        """A well-behaved client and SMSC, over a new connection a call."""
        first, self.done = self.done, self.done + jobs
        batch = [{"id": f"good-{i}", "to": number(i % 1000), "text": "due"} for i in range(first, self.done)]

        def answers():
            with contextlib.suppress(OSError):
                answered = daemon.submit(*batch)
                return answered if answered[0]["status"] != 503 else None  # then it comes again
        answered = wait_for(answers, "a well-behaved client is answered")
        self.assertEqual([each["status"] for each in answered], ["accepted"] * jobs)
        wait_for(lambda: daemon.counts().get("delivered") == self.done, f"{self.done} jobs are delivered")

    def costs_at_most(self, daemon, octets):
        self.assertIsNone(daemon.process.poll(), daemon.log_text())
        grown = resident(daemon.process) - self.before
        print(f"{grown / MIB:.1f} MiB ", end="", flush=True)
        self.assertLessEqual(grown, octets)

    def connect(self, daemon):
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        client.connect(daemon.socket)
        self.open.append(client)
        return client


class ApiClients(HostileTest):
    def test_a_thousand_that_say_nothing_or_half_a_request(self):
        daemon = self.gate_with()
        for i in range(THOUSAND + 100):
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                client = self.connect(daemon)
                if i % 2:
                    client.send(b"POST /v1/jobs HTTP/1.1\r\nContent-Type: application/x-ndjson\r\nX: " + b"x" * (i * 13 % 12000))
        self.others_go_on(daemon)
        self.costs_at_most(daemon, 64 * MIB)

    def test_bodies_that_drip(self):
        daemon = self.gate_with()
        head = b"POST /v1/jobs HTTP/1.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n"
        clients = []
        for _ in range(THOUSAND):
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                clients.append(self.connect(daemon))
                clients[-1].send(head)
        for _ in range(5):
            for client in clients:
                with contextlib.suppress(BlockingIOError, OSError):
                    client.send(b'{"id":"')
            self.others_go_on(daemon)
        self.costs_at_most(daemon, 128 * MIB)

    def test_those_who_never_read(self):
        daemon = self.gate_with()
        clients = [self.connect(daemon) for _ in range(100)]
        for client in clients[:50]:
            client.send(b"GET /v1/events?after=0&follow=true HTTP/1.1\r\n\r\n")
        for client in clients[50:]:
            client.send(b"POST /v1/jobs HTTP/1.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100000000\r\n\r\n")
        taken = 0
        for _ in range(5):
            for client in clients[50:]:
                with contextlib.suppress(BlockingIOError):  # its kernel is full: nobody reads its answers, so nobody its lines
                    taken += client.send(b"{\n" * 500000)
            self.others_go_on(daemon, 200)
        self.assertGreater(taken, 50 * 1000, "the lines of all of them are taken until their answers pile up")
        self.costs_at_most(daemon, 64 * MIB)

    def test_garbage(self):
        daemon = self.gate_with()
        requests = [b"\0" * 100000, os.urandom(50000), b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000, b"GET " + b"/" * 100000,
                    b"POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n",
                    b"POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
                    b"POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n" + b"[" * 60000,
                    b"POST /v1/jobs HTTP/1.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: 3000000\r\n\r\n" + b"{" * 3000000]
        for request in requests * 5:
            client = self.connect(daemon)
            with contextlib.suppress(BlockingIOError, OSError):
                client.send(request)
        self.others_go_on(daemon)
        self.costs_at_most(daemon, 64 * MIB)

    def test_a_thousand_scrapes_that_never_come(self):
        daemon = self.gate_with()
        for _ in range(THOUSAND):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", daemon.metrics_port))
            self.open.append(client)
        self.others_go_on(daemon)
        self.costs_at_most(daemon, 64 * MIB)
        for client in self.open[40:]:
            client.close()
        def scraped():
            with contextlib.suppress(OSError):
                return daemon.metric("dunlin_build_info") is not None or "dunlin_build_info" in daemon.metrics()
        wait_for(scraped, "a scrape is answered while forty others hold their connections")


class Evil:
    """An SMSC at `port` that does `behave(socket)` to every connection, on a thread each."""

    def __init__(self, behave):
        self.connections = 0
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError, struct.error), connection:
            self._behave(connection)

    def close(self):
        self._listener.close()


def pdu(command, sequence, body=b"", status=OK):
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


def bind(connection):
    """Reads the bind; the octets of a good answer."""
    length, _, _, sequence = struct.unpack(">IIII", connection.recv(16, socket.MSG_WAITALL))
    connection.recv(length - 16, socket.MSG_WAITALL)
    return pdu(BIND_TRX | RESPONSE, sequence, c_string("evil"))


def hold(connection):
    while connection.recv(65536):
        pass


def say_nothing(connection):
    hold(connection)


def hang_up(connection):
    connection.recv(1)


def send_garbage(connection):
    connection.sendall(os.urandom(65536))
    hold(connection)


def announce_four_gigabytes(connection):
    connection.sendall(bind(connection) + b"\xff\xff\xff\xff" + b"\0" * 60000)
    hold(connection)


def never_end_a_pdu(connection):
    connection.sendall(bind(connection) + struct.pack(">IIII", 65536, DELIVER, 0, 1))
    while True:
        connection.sendall(b"\0")
        time.sleep(0.01)


def drip_the_bind_answer(connection):
    for octet in bind(connection):
        connection.sendall(bytes([octet]))
        time.sleep(0.02)
    hold(connection)


def ask_and_never_read(connection):
    connection.sendall(bind(connection))
    asked = b"".join(pdu(ENQUIRE, sequence) for sequence in range(1, 4000))
    while True:
        connection.sendall(asked)


def flood_with_texts(connection):
    connection.sendall(bind(connection))
    body = deliver_body("447700900999", "ACME", b"hello")
    threading.Thread(target=lambda: contextlib.suppress(OSError).__enter__() or hold(connection), daemon=True).start()
    for sequence in range(1, 20001):
        connection.sendall(pdu(DELIVER, sequence, body))
    time.sleep(60)


def flood_with_texts_and_never_read(connection):
    connection.sendall(bind(connection))
    body = deliver_body("447700900999", "ACME", b"hello")
    for sequence in range(1, 1 << 30):
        connection.sendall(pdu(DELIVER, sequence & 0x7FFFFFFF, body))


def answer_what_nobody_asked(connection):
    connection.sendall(bind(connection))
    for sequence in range(1, 50001):
        connection.sendall(pdu(0x80000004, sequence, c_string(f"{sequence:x}")))
    hold(connection)


class Smscs(HostileTest):
    MOST = 32 * MIB  # docs/operating.md: of one SMSC's session

    def test_none_of_them_holds_up_another(self):
        for behave in (say_nothing, hang_up, send_garbage, announce_four_gigabytes, never_end_a_pdu, drip_the_bind_answer,
                       ask_and_never_read, flood_with_texts, flood_with_texts_and_never_read, answer_what_nobody_asked):
            with self.subTest(behave.__name__):
                evil = Evil(behave)
                self.open.append(evil)
                self.done = 0
                self.good = self.peer()
                place = self.directory / behave.__name__
                place.mkdir()
                daemon = self.daemon({"smsc": [smsc(self.good.port), smsc(evil.port, "evil", reconnect_min="20ms", reconnect_max="100ms")],
                                      "log": {"level": "info"}, "route": [{"name": "good", "prefix": ["+"], "smsc": ["alpha"]}]},
                                     behave.__name__)
                daemon.wait_bound("alpha")
                wait_for(lambda: evil.connections, "the evil one is called")
                self.before = resident(daemon.process)
                for _ in range(5):
                    self.others_go_on(daemon)
                    time.sleep(0.1)
                self.costs_at_most(daemon, self.MOST)
                daemon.kill()

    def test_one_that_takes_submits_and_never_answers(self):
        def swallow(connection):
            connection.sendall(bind(connection))
            hold(connection)
        evil = Evil(swallow)
        self.open.append(evil)
        daemon = self.daemon({"smsc": [smsc(self.good.port), smsc(evil.port, "evil", window=50)], "log": {"level": "info"},
                              "route": [{"name": "good", "prefix": ["+44"], "smsc": ["alpha"]},
                                        {"name": "bad", "prefix": ["+48"], "smsc": ["evil"]}]})
        daemon.wait_bound("alpha", "evil")
        self.before = resident(daemon.process)
        daemon.accepted(*({"id": f"bad-{i}", "to": f"+48601{i:06}", "text": "due"} for i in range(2000)))
        for _ in range(3):
            self.others_go_on(daemon)
        self.assertEqual(daemon.links()["evil"]["in_flight"], 50)
        self.costs_at_most(daemon, self.MOST)


if __name__ == "__main__":
    main()
