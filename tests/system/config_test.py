"""Configuration: what is wrong is named with file, line and key; what runs is left untouched by a bad reload."""

import os
import pathlib
import signal
import socket
import stat
import subprocess

from harness import BIN, SystemTest, main, number, smsc, wait_for

GOOD = """[store]
path = "store"
[api]
socket = "api.sock"
[metrics]
listen = ""
[[smsc]]
name = "alpha"
host = "127.0.0.1"
system_id = "dunlin"
"""

# (what is wrong, the file, the line that is named, what else the message names)
BAD = [
    ("an unknown key", GOOD + 'colour = "red"\n', 11, "colour"),
    ("an unknown table", GOOD + "[weather]\nrain = true\n", 11, "weather"),
    ("a wrong type", GOOD + "port = \"2775\"\n", 11, "port"),
    ("a number out of bounds", GOOD + "port = 70000\n", 11, "port"),
    ("a bad duration", GOOD + 'enquire_link = "30 sec"\n', 11, "enquire_link"),
    ("a bad size", GOOD.replace('path = "store"', 'path = "store"\nmin_free = "lots"'), 3, "min_free"),
    ("a bad choice", GOOD + 'bind = "both"\n', 11, "bind"),
    ("a duplicate name", GOOD + '[[smsc]]\nname = "alpha"\nhost = "127.0.0.1"\nsystem_id = "x"\n', 12, "alpha"),
    ("a password file that is not there", GOOD + 'password_file = "nowhere"\n', 11, "password_file"),
    ("a password too long for SMPP", GOOD + 'password = "123456789"\n', 11, "password"),
    ("a route to nobody", GOOD + '[[route]]\nname = "r"\nprefix = ["+44"]\nsmsc = ["beta"]\n', 14, "beta"),
    ("not TOML", GOOD + "port = = 1\n", 11, ""),
    ("a required key missing", GOOD.replace('host = "127.0.0.1"\n', ""), 7, "host"),
]


class Files(SystemTest):
    def run_daemon(self, text, *arguments):
        path = self.directory / "bad.toml"
        path.write_text(text)
        return subprocess.run([BIN / "dunlind", "--config", path, *arguments], capture_output=True, text=True, timeout=30)

    def test_each_mistake_is_named_with_file_line_and_key(self):
        for what, text, line, key in BAD:
            for arguments in ((), ("--check",)):
                with self.subTest(what, arguments=arguments):
                    run = self.run_daemon(text, *arguments)
                    self.assertEqual(run.returncode, 1, run)
                    self.assertIn(f"bad.toml:{line}", run.stderr)
                    self.assertIn(key, run.stderr)
                    self.assertNotIn("123456789", run.stderr)
        self.assertEqual([path.name for path in self.directory.iterdir()], ["bad.toml"])  # nothing was touched

    def test_a_good_file_passes_the_check_and_is_not_started(self):
        run = self.run_daemon(GOOD, "--check")
        self.assertEqual((run.returncode, [path.name for path in self.directory.iterdir()]), (0, ["bad.toml"]), run)

    def test_the_shipped_file_passes_the_check(self):
        shipped = os.path.join(os.path.dirname(__file__), "../../conf/dunlin.toml")
        run = subprocess.run([BIN / "dunlind", "--config", shipped, "--check"], capture_output=True, text=True, timeout=30)
        self.assertEqual(run.returncode, 0, run)

    def test_a_missing_file_and_bad_usage(self):
        run = subprocess.run([BIN / "dunlind", "--config", self.directory / "none.toml"], capture_output=True, text=True, timeout=30)
        self.assertEqual(run.returncode, 1)
        self.assertIn("none.toml", run.stderr)
        run = subprocess.run([BIN / "dunlind"], capture_output=True, text=True, timeout=30)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("--config", run.stderr + run.stdout)

    def test_a_socket_that_is_in_use_is_refused_and_a_stale_one_taken_over(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        second = self.daemon({"smsc": [smsc(1)], "api": {"socket": daemon.socket}}, directory="second", start=False)
        second.start(ready=False)
        self.assertEqual(second.process.wait(30), 1)
        self.assertIn("api.sock", second.log_text())
        self.assertEqual(daemon.get("/v1/status").status, 200)
        daemon.kill()  # leaves the socket's file behind
        daemon.start()


class Reload(SystemTest):
    def tables(self, peer, **changes):
        return {"smsc": [smsc(peer.port, **changes)]}

    def test_sighup_takes_over_what_is_live(self):
        peer = self.peer()
        daemon = self.daemon(self.tables(peer, window=10))
        daemon.wait_bound("alpha")
        daemon.configure(self.tables(peer, window=20, throughput=30))
        daemon.process.send_signal(signal.SIGHUP)
        wait_for(lambda: daemon.metric('dunlin_window_size{smsc="alpha"}') == 20, "the new window")
        self.assertEqual(daemon.metric('dunlin_rate_configured{smsc="alpha"}'), 30)
        self.assertEqual(peer.binds, 1)

    def test_what_is_not_live_is_refused_by_name_and_the_rest_taken_over(self):
        peer = self.peer()
        daemon = self.daemon(self.tables(peer, window=10))
        daemon.wait_bound("alpha")
        daemon.configure({**self.tables(peer, window=20), "store": {"path": "elsewhere"}})
        answer = daemon.post("/v1/reload")
        self.assertGreaterEqual(answer.status, 400)
        self.assertIn("store.path", answer.body)
        self.assertEqual(daemon.metric('dunlin_window_size{smsc="alpha"}'), 20)
        said = daemon.log_text().count("store.path")
        daemon.process.send_signal(signal.SIGHUP)
        wait_for(lambda: daemon.log_text().count("store.path") > said, "the refusal is logged")
        daemon.configure(self.tables(peer, window=30))
        daemon.config.write_text(daemon.config.read_text() + "colour = 1\n")
        self.assertGreaterEqual(daemon.post("/v1/reload").status, 400)
        self.assertEqual(daemon.metric('dunlin_window_size{smsc="alpha"}'), 20)  # a file with a mistake changes nothing
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        daemon.wait_state("job-1", "delivered")


class Disk(SystemTest):
    def test_below_min_free_intake_answers_507_and_stops_payments_and_receipts_go_on(self):
        peer = self.peer(receipt=lambda submit: None)
        daemon = self.gateway(peer)
        daemon.accepted({"id": "sent", "to": number(1), "text": "due", "account": "A-1"})
        daemon.wait_state("sent", "submitted")
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted({"id": "paid", "to": number(2), "text": "due", "account": "A-2"}, {"id": "queued", "to": number(3), "text": "due"},
                        {"id": "stopped", "to": number(4), "text": "due"})
        tables = {"smsc": [smsc(peer.port)], "store": {"min_free": "4096TiB"}}
        daemon.configure(tables)
        daemon.restart()
        wait_for(lambda: daemon.metric("dunlin_intake_open") == 0, "the daemon sees that the disk is full")

        self.problem(daemon.post("/v1/jobs", {"id": "new", "to": number(5), "text": "due"}), 507, "no_room")
        line, = daemon.submit({"id": "new", "to": number(5), "text": "due"})
        self.assertEqual((line["status"], line["error"]["code"]), ("rejected", "no_room"))
        self.assertEqual(daemon.post("/v1/payments", {"account": "A-2"}).json["cancelled"], ["paid"])
        daemon.wait_bound("alpha")
        self.assertEqual(peer.say(number(4), "STOP"), 0)
        self.assertEqual(daemon.state("stopped"), "blocked")
        peer.send_receipt(peer.submits[0])
        daemon.wait_state("sent", "delivered")
        daemon.post("/v1/links/alpha/resume")
        daemon.wait_state("queued", "submitted")

        daemon.configure({"smsc": [smsc(peer.port)]})
        self.assertEqual(daemon.post("/v1/reload").status, 200)
        wait_for(lambda: daemon.metric("dunlin_intake_open") == 1, "there is room again")
        daemon.accepted({"id": "new", "to": number(5), "text": "due"})


class Socket(SystemTest):
    def test_the_socket_has_the_mode_it_was_given_and_goes_away_with_the_daemon(self):
        daemon = self.daemon({"smsc": [smsc(1)], "api": {"mode": "0600"}})
        self.assertEqual(stat.S_IMODE(os.stat(daemon.socket).st_mode), 0o600)
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(os.path.exists(daemon.socket))

    def test_a_long_body_is_taken_as_a_stream(self):
        """Resident memory stays flat while a body many times larger than any buffer flows in and its answers flow out."""
        daemon = self.daemon({"smsc": [smsc(1)], "store": {"sync": False}})
        count = 30_000
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(50)
            client.connect(daemon.socket)
            client.sendall(b"POST /v1/jobs?answer=refused HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                           b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
            for first in range(0, count, 1000):
                chunk = "".join(f'{{"id":"job-{i}","to":"+447400{i % 100000:06d}","text":"due {"x" * 100}"}}\n' for i in range(first, first + 1000))
                client.sendall(f"{len(chunk):x}\r\n{chunk}\r\n".encode())
            client.sendall(b"0\r\n\r\n")
            answer = b""
            while got := client.recv(65536):
                answer += got
        self.assertIn(b'"accepted":%d' % count, answer.replace(b" ", b""))
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        resident = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
        self.assertLess(resident, 200 * 1024, f"{resident} KiB resident")
        self.assertEqual(daemon.counts()["ready"], count)

    def test_a_reader_that_does_not_read_and_a_writer_that_does_not_write_harm_nobody(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        idle = []
        for request in (b"GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\n\r\n", b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Le", b""):
            client = socket.socket(socket.AF_UNIX)
            client.connect(daemon.socket)
            client.sendall(request)
            idle.append(client)
        for i in range(20):
            daemon.accepted(*({"id": f"job-{i}-{k}", "to": number(k), "text": "due"} for k in range(50)))
        self.assertEqual(daemon.counts()["ready"], 1000)
        for client in idle:
            client.close()
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    main()
