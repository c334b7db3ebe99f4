"""Starts the built programs in a temporary directory and talks to them as the outside does: configuration file, Unix socket, signals.

Every wait has a bound and names what it waited for. Nothing here asserts how long something took. Ends only processes it started.
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

from peer import Peer

BIN = pathlib.Path(os.environ.get("DUNLIN_BIN", pathlib.Path(__file__).parents[2] / "build" / "bin"))
WAIT = float(os.environ.get("DUNLIN_TEST_WAIT", "30"))  # seconds; how long anything may take on a busy machine

FINAL = {"delivered", "undelivered", "expired", "rejected", "failed", "cancelled", "blocked", "unknown"}


def number(index):
    """A number of Ofcom's range for drama, which no person has; beyond its thousand a valid one. Nothing leaves loopback."""
    return f"+447700900{index:03d}" if index < 1000 else f"+447400{index:06d}"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(condition, what, seconds=WAIT):
    """Returns the first truthy value of condition()."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


def toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def config_text(tables):
    """{"store": {...}, "smsc": [{...}, ...]} as TOML; a list of tables becomes an array of tables."""
    lines = []
    for name, table in tables.items():
        many = isinstance(table, list)
        for row in table if many else [table]:
            lines.append(f"[[{name}]]" if many else f"[{name}]")
            lines += [f"{key} = {toml(value)}" for key, value in row.items()]
            lines.append("")
    return "\n".join(lines)


def smsc(port, name="alpha", **changes):
    """A [[smsc]] for a peer on loopback, quick to come back."""
    return {"name": name, "host": "127.0.0.1", "port": port, "system_id": "dunlin", "password": "secret", "source": "ACME",
            "reconnect_min": "50ms", "reconnect_max": "500ms", **changes}


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Answer:
    def __init__(self, status, content_type, body):
        self.status, self.content_type, self.body = status, content_type, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def lines(self):
        return [json.loads(line) for line in self.body.splitlines() if line.strip()]

    def __repr__(self):
        return f"{self.status} {self.body[:2000]!r}"


class Daemon:
    """dunlind in `directory`; its socket, store and log are there too."""

    def __init__(self, directory, tables):
        self.directory = pathlib.Path(directory)
        self.socket = str(self.directory / "api.sock")
        self.metrics_port = free_port()
        self.config = self.directory / "dunlin.toml"
        self.log = self.directory / "dunlind.log"
        self.process = None
        self.configure(tables)

    def configure(self, tables):
        self.config.write_text(config_text({
            "daemon": {"drain_timeout": "5s", **tables.get("daemon", {})},
            "store": {"path": "store", "min_free": "1MiB", **tables.get("store", {})},
            "api": {"socket": "api.sock", **tables.get("api", {})},
            "metrics": {"listen": f"127.0.0.1:{self.metrics_port}"},
            "log": {"level": "debug", **tables.get("log", {})},
            "dunning": {"countries": "", "in_doubt_wait": "1s", **tables.get("dunning", {})},
            **{name: table for name, table in tables.items() if name not in ("daemon", "store", "api", "log", "dunning")},
        }))

    def start(self, ready=True, program=("dunlind",)):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BIN / program[0], *program[1:], "--config", self.config], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self):
        wait_for(self._ready, "the daemon answers on its socket")

    def _ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"dunlind ended with {self.process.returncode}:\n{self.log_text()}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/v1/status").status == 200

    def log_text(self):
        return self.log.read_text(errors="replace")[-20000:] if self.log.exists() else ""

    def kill(self):
        self.process.kill()
        self.process.wait(WAIT)

    def stop(self, signal_number=signal.SIGTERM):
        """Returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(WAIT)

    def restart(self):
        code = self.stop()
        assert code == 0, f"exit code {code}:\n{self.log_text()}"
        return self.start()

    # --- the API

    def call(self, method, path, body=None, content_type="application/json", timeout=WAIT):
        connection = UnixConnection(self.socket, timeout)
        try:
            if body is not None and not isinstance(body, (str, bytes)):
                body = json.dumps(body)
            if isinstance(body, str):
                body = body.encode()
            connection.request(method, path, body, {"Content-Type": content_type} if body is not None else {})
            response = connection.getresponse()
            return Answer(response.status, response.headers.get_content_type(), response.read().decode())
        finally:
            connection.close()

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body if body is not None else {})

    def submit(self, *jobs):
        """NDJSON; returns one answer a line."""
        body = "".join(json.dumps(job, ensure_ascii=False) + "\n" for job in jobs)
        return self.call("POST", "/v1/jobs", body, "application/x-ndjson").lines

    def accepted(self, *jobs):
        answers = self.submit(*jobs)
        assert [answer["status"] for answer in answers] == ["accepted"] * len(jobs), answers
        return answers

    def job(self, job_id):
        answer = self.get("/v1/jobs/" + urllib.parse.quote(job_id, safe="+"))
        assert answer.status == 200, answer
        return answer.json

    def state(self, job_id):
        return self.job(job_id)["state"]

    def wait_state(self, job_id, *states):
        return wait_for(lambda: self.state(job_id) in states and self.state(job_id), f"{job_id} is {' or '.join(states)}")

    def counts(self):
        return self.get("/v1/status").json["jobs"]

    def links(self):
        answer = self.get("/v1/links").json
        return {link.get("smsc", link.get("name")): link for link in (answer["links"] if isinstance(answer, dict) else answer)}

    def wait_bound(self, *names):
        return wait_for(lambda: all(self.links()[name]["bound"] for name in names), f"{', '.join(names)} bound")

    def events(self, after=0):
        """All events now on disk, in order, without waiting for more."""
        answer = self.get(f"/v1/events?after={after}")
        assert answer.status == 200, answer
        return answer.lines

    def follow(self, after=0):
        return Follower(self.socket, after)

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=WAIT) as answer:
            return answer.read().decode()

    def metric(self, series):
        """The value of one series as /metrics writes it, or None."""
        for line in self.metrics().splitlines():
            name, _, value = line.rpartition(" ")
            if name == series:
                return float(value)
        return None


class Follower:
    """Reads /v1/events?follow=true on a thread of its own. seq must rise by one, or wait() fails."""

    def __init__(self, path, after=0):
        self.events, self._changed, self._error = [], threading.Condition(), None
        self._connection = UnixConnection(path, None)
        self._connection.request("GET", f"/v1/events?after={after}&follow=true")
        self._response = self._connection.getresponse()
        assert self._response.status == 200, self._response.status
        threading.Thread(target=self._read, args=(after,), daemon=True).start()

    def _read(self, last):
        try:
            for line in self._response:
                if not line.strip():
                    continue
                event = json.loads(line)
                with self._changed:
                    if event["seq"] != last + 1:
                        self._error = f"event {event['seq']} follows {last}"
                    last = event["seq"]
                    self.events.append(event)
                    self._changed.notify_all()
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # closed, or the daemon went away

    def wait(self, matches, what, count=1, seconds=WAIT):
        """The first `count` events that match."""
        with self._changed:
            def found():
                return len([event for event in self.events if matches(event)]) >= count
            if not self._changed.wait_for(found, seconds):
                raise AssertionError(f"not within {seconds:g} s: {what}; {len(self.events)} events, the last: {self.events[-3:]}")
            assert self._error is None, self._error
            return [event for event in self.events if matches(event)][:count]

    def of(self, job_id):
        with self._changed:
            return [event["type"] for event in self.events if event.get("job") == job_id]

    def close(self):
        self._connection.close()


class Simulator:
    """dunlin-smsc, with its journal and its control socket in `directory`."""

    def __init__(self, directory, *arguments, name="smsc"):
        self.journal = pathlib.Path(directory) / f"{name}.journal"
        self.control = pathlib.Path(directory) / f"{name}.sock"
        self.log = pathlib.Path(directory) / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BIN / "dunlin-smsc", "--port", "0", "--journal", self.journal, "--control", self.control, *arguments],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.port = int(wait_for(self._listening, "dunlin-smsc listens"))

    def _listening(self):
        said = self.log.read_text(errors="replace")
        if self.process.poll() is not None:
            raise AssertionError(f"dunlin-smsc ended with {self.process.returncode}:\n{said}")
        found = re.search(r"^listening \S+:(\d+)$", said, re.M)
        return found and found.group(1)

    def accepted(self):
        """The journal's lines: what it accepted, in order."""
        if not self.journal.exists():
            return []
        return [json.loads(line) for line in self.journal.read_text().splitlines() if line]

    def command(self, **command):
        """One line to its control socket, its answer back."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(WAIT)
            client.connect(str(self.control))
            client.sendall(json.dumps(command).encode() + b"\n")
            answer = json.loads(client.makefile().readline())
        assert answer["ok"], answer
        return answer

    def say(self, source, text, destination="ACME"):
        return self.command(mo={"from": source, "to": destination, "text": text})

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(WAIT)


class SystemTest(unittest.TestCase):
    """A directory, and everything started through it ended after the test."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="dunlin-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self._daemons = []
        self._resources = contextlib.ExitStack()
        self.addCleanup(self._end)

    def _end(self):
        failed = not self._outcome.success
        for daemon in self._daemons:
            if daemon.process and daemon.process.poll() is None:
                daemon.kill()
            if failed:
                print(f"--- log of {daemon.directory.name}\n{daemon.log_text()}", flush=True)
        self._resources.close()

    def peer(self, **options):
        peer = Peer(**options)
        self._resources.callback(peer.close)
        return peer

    def simulator(self, *arguments, name="smsc"):
        simulator = Simulator(self.directory, *arguments, name=name)
        self._resources.callback(simulator.stop)
        return simulator

    def daemon(self, tables, directory=None, start=True):
        place = self.directory / (directory or "gateway")
        place.mkdir(exist_ok=True)
        daemon = Daemon(place, tables)
        self._daemons.append(daemon)
        return daemon.start() if start else daemon

    def follow(self, daemon, after=0):
        follower = daemon.follow(after)
        self._resources.callback(follower.close)
        return follower

    def gateway(self, peer, **changes):
        """The usual pair: a daemon bound to one peer."""
        daemon = self.daemon({"smsc": [smsc(peer.port, **changes)]})
        daemon.wait_bound("alpha")
        return daemon

    def tool(self, daemon, *arguments, stdin=None):
        return subprocess.run([BIN / "dunlin", "--socket", daemon.socket, *arguments], input=stdin, capture_output=True, text=True, timeout=WAIT)

    def problem(self, answer, status, code, field=None):
        """RFC 9457, with our code and, where it applies, the field."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.content_type, "application/problem+json")
        self.assertEqual(answer.json["code"], code)
        if field is not None:
            self.assertEqual(answer.json.get("field"), field)


def main():
    unittest.main(verbosity=2)
