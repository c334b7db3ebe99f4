"""tshark, which shares nothing with the project, reads a live session and finds nothing to complain about.

The octets come from a relay between daemon and SMSC and are written as a capture file of TCP segments: so it needs no right to capture.
"""

import shutil
import socket
import struct
import subprocess
import threading

from harness import SystemTest, main, number, smsc, wait_for
from peer import accept_each


class Relay:
    """Passes connections on and keeps what went each way, in the order it was read."""

    def __init__(self, port):
        self.chunks, self._port, self._lock, self._connections = [], port, threading.Lock(), 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=accept_each, args=(self._listener, self._take), daemon=True).start()

    def _take(self, near):
        far = socket.create_connection(("127.0.0.1", self._port))
        self._connections += 1
        for source, target, outward in ((near, far, True), (far, near, False)):
            threading.Thread(target=self._pass, args=(self._connections, source, target, outward), daemon=True).start()

    def _pass(self, connection, source, target, outward):
        try:
            while octets := source.recv(16384):
                with self._lock:
                    self.chunks.append((connection, outward, octets))
                target.sendall(octets)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def capture(self, path):
        """A pcap (LINKTYPE_RAW) of IPv4 and TCP around the octets; port 2775 is the SMSC's."""
        records, sent = [], {}
        with self._lock:
            for i, (connection, outward, octets) in enumerate(self.chunks):
                ours, theirs = sent.setdefault((connection, outward), 1), sent.setdefault((connection, not outward), 1)
                sent[connection, outward] += len(octets)
                ports = (40000 + connection, 2775) if outward else (2775, 40000 + connection)
                tcp = struct.pack(">HHIIBBHHH", *ports, ours, theirs, 0x50, 0x18, 65535, 0, 0)
                length = 20 + len(tcp) + len(octets)
                ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, length, i & 0xFFFF, 0, 64, 6, 0, bytes([127, 0, 0, 1]), bytes([127, 0, 0, 1]))
                records.append(struct.pack("<IIII", i, 0, length, length) + ip + tcp + octets)
        path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + b"".join(records))


class Wire(SystemTest):
    def tshark(self, path, *arguments):
        run = subprocess.run(["tshark", "-r", path, "-d", "tcp.port==2775,smpp", "-o", "tcp.check_checksum:FALSE", "-o", "ip.check_checksum:FALSE",
                              *arguments], capture_output=True, text=True, timeout=50)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.splitlines()

    def read_by_tshark(self, port, talk):
        relay = Relay(port)
        self._resources.callback(relay.close)
        daemon = self.daemon({"smsc": [smsc(relay.port, sessions=2, enquire_link="200ms")]})
        daemon.wait_bound("alpha")
        texts = ["due", "Zażółć gęślą jaźń", "x" * 400, "€ [10] {£}", "Danke 🙏 " * 30]
        daemon.accepted(*({"id": f"job-{i}", "to": number(i), "text": text} for i, text in enumerate(texts)))
        for i in range(len(texts)):
            daemon.wait_state(f"job-{i}", "delivered")
        talk()
        wait_for(lambda: any(event["type"] == "replied" for event in daemon.events()), "a reply")
        enquiries = lambda: sum(octets.count(b"\0\0\0\x10\0\0\0\x15") for _, outward, octets in list(relay.chunks) if outward)
        wait_for(lambda: enquiries() >= 2, "enquire_links on a silent session")
        self.assertEqual(daemon.stop(), 0)
        path = self.directory / "session.pcap"
        relay.capture(path)
        # What tshark calls malformed, or an expert warning (0x600000) or error.
        self.assertEqual(self.tshark(path, "-Y", "_ws.malformed || (smpp && _ws.expert.severity >= 0x600000)"), [])
        commands = self.tshark(path, "-Y", "smpp", "-T", "fields", "-e", "smpp.command_id")
        seen = {int(value, 16) for line in commands for value in line.split(",") if value}
        self.assertLessEqual({0x9, 0x80000009, 0x4, 0x80000004, 0x5, 0x80000005, 0x15, 0x80000015, 0x6, 0x80000006}, seen)
        texts_seen = self.tshark(path, "-Y", "smpp.command_id == 4", "-T", "fields", "-e", "smpp.destination_addr")
        self.assertIn("447700900001", ",".join(texts_seen))

    @classmethod
    def setUpClass(cls):
        if not shutil.which("tshark"):
            raise AssertionError("tshark is not installed: tools/install installs it")

    def test_with_the_peer_of_the_tests(self):
        peer = self.peer()
        self.read_by_tshark(peer.port, lambda: peer.say(number(1), "who is this? ąę"))
        peer.check()

    def test_with_dunlin_smsc(self):
        simulator = self.simulator("--receipt-delay", "20ms")
        self.read_by_tshark(simulator.port, lambda: simulator.say(number(1), "who is this? ąę"))

    def test_each_way_of_carrying_a_long_message(self):
        """Three parts that tshark counts, or one text in message_payload."""
        text = "Please pay invoice 4711 by Friday. " * 12
        counted = ["1", "2", "3"]
        for method, field, expected in (("udh", "gsm_sms.udh.mm.msg_part", counted), ("udh16", "gsm_sms.udh.mm.msg_part", counted),
                                        ("sar", "smpp.sar_segment_seqnum", counted), ("payload", "smpp.message_payload", [text.encode().hex()])):
            with self.subTest(method):
                peer = self.peer()
                relay = Relay(peer.port)
                self._resources.callback(relay.close)
                directory = self.directory / method
                directory.mkdir()
                daemon = self.daemon({"smsc": [smsc(relay.port, long_messages=method)]}, directory=directory)
                daemon.wait_bound("alpha")
                daemon.accepted({"id": "a", "to": number(1), "text": text})
                daemon.wait_state("a", "delivered")
                self.assertEqual(daemon.stop(), 0)
                path = directory / "session.pcap"
                relay.capture(path)
                self.assertEqual(self.tshark(path, "-Y", "_ws.malformed || (smpp && _ws.expert.severity >= 0x600000)"), [])
                seen = self.tshark(path, "-Y", "smpp.command_id == 4", "-T", "fields", "-e", field)
                values = [value.replace(":", "") for line in seen for value in line.split(",")]
                self.assertEqual([str(int(value, 0)) if expected is counted else value for value in values], expected)


if __name__ == "__main__":
    main()
