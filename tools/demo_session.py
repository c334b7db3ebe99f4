"""What tools/demo shows, once the programs are built: the two programs, and the tool as a clerk uses it. demo_story.py tells with it.

Ends only the processes it started.
"""

import datetime
import http.client
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = pathlib.Path(os.environ.get("DUNLIN_BIN", ROOT / "build" / "bin"))
WIDTH = 130  # of a line; more is cut off
WAIT = 30  # seconds that any one step may take
SAMPLES = ROOT / "conf/samples"
WRITTEN_DUE = "2026-11-16"  # in november.csv

# Quiet hours begin twenty minutes ago in Berlin and Paris, whatever the clock says: in London, an hour behind, they have not begun.
CONFIG = """[store]
path = "store"
min_free = "1MiB"
[api]
socket = "api.sock"
[metrics]
listen = "127.0.0.1:{metrics}"
[dunning]
countries = ""
quiet_hours = "{quiet}"
[[smsc]]
name = "alpha"
host = "127.0.0.1"
port = {smsc}
system_id = "demo"
password = "demo"
source = "ACME"
throughput = 120
[[route]]
name = "europe"
prefix = ["+44", "+49", "+33"]
smsc = ["alpha"]
price = "0.06"
currency = "EUR"
"""


def quiet_hours(now=None):
    """Of now: six hours, for whoever lives by the clock of Berlin."""
    begin = (now or datetime.datetime.now(datetime.timezone.utc)).astimezone(zoneinfo.ZoneInfo("Europe/Berlin")) - datetime.timedelta(minutes=20)
    return f"{begin:%H:%M}-{begin + datetime.timedelta(hours=6):%H:%M}"


class Failed(Exception):
    pass


def say(text=""):
    print(text, flush=True)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(condition, what):
    end = time.monotonic() + WAIT
    while not (value := condition()):
        if time.monotonic() > end:
            raise Failed(f"waited {WAIT} s in vain: {what}")
        time.sleep(0.05)
    return value


class Session:
    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="dunlin-demo-"))
        self.socket = self.directory / "api.sock"
        self.metrics = free_port()
        self.processes = {}

    # --- processes

    def start(self, name, *arguments):
        with open(self.directory / f"{name}.log", "wb") as log:
            self.processes[name] = subprocess.Popen([BIN / name, *map(str, arguments)], stdout=log, stderr=log,
                                                    stdin=subprocess.DEVNULL, cwd=self.directory, start_new_session=True)

    def log(self, name):
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def alive(self):
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Failed(f"{name} ended with {process.returncode}:\n{self.log(name)[-4000:]}")
        return True

    def start_smsc(self):
        self.start("dunlin-smsc", "--port", 0, "--control", "smsc.sock", "--journal", "smsc.journal", "--receipt-delay", "600ms",
                   "--receipt-jitter", 0.5, "--receipt-stat", "DELIVRD=0.995,UNDELIV=0.005", "--seed", 7)
        found = wait_for(lambda: self.alive() and re.search(r"^listening \S+:(\d+)$", self.log("dunlin-smsc"), re.M), "dunlin-smsc listens")
        return int(found.group(1))

    def start_daemon(self, smsc):
        self.quiet = quiet_hours()
        (self.directory / "dunlin.toml").write_text(CONFIG.format(metrics=self.metrics, smsc=smsc, quiet=self.quiet))
        self.lay_files()
        self.start("dunlind", "--config", "dunlin.toml")
        wait_for(lambda: self.alive() and self.socket.exists() and self.links(), "dunlind answers")
        wait_for(lambda: self.alive() and self.links()[0]["bound"], "the link is bound")

    def lay_files(self):
        """What is shipped, as a creditor sets it up: its name in the templates, a plan, answers switched on; and the clerk's file, due a week ago."""
        shutil.copytree(ROOT / "conf/templates.d", self.directory / "templates.d")
        creditor = self.directory / "templates.d" / "creditor.toml"
        creditor.write_text(creditor.read_text().replace('creditor = ""', 'creditor = "Northwind"').replace('contact = ""', 'contact = "0808 157 0123"'))
        (self.directory / "plans.d").mkdir()
        shutil.copy(SAMPLES / "november.toml", self.directory / "plans.d")
        lines, on = [], False
        for line in (ROOT / "conf/replies.toml").read_text().splitlines(keepends=True):
            on = line.startswith("# [replies.answer") or (on and line.startswith("# "))
            lines.append(line[2:] if on else line)
        (self.directory / "replies.toml").write_text("".join(lines))
        due = datetime.date.today() - datetime.timedelta(days=8)
        (self.directory / "november.csv").write_text((SAMPLES / "november.csv").read_text().replace(WRITTEN_DUE, due.isoformat()))

    def end(self):
        """Returns the exit codes."""
        codes = {}
        for name in ("dunlind", "dunlin-smsc"):
            process = self.processes.get(name)
            if process is None:
                continue
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(WAIT)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            codes[name] = process.returncode
        return codes

    # --- talking to the gateway

    def dunlin(self, *arguments, show=True, expect=0, lines=40):
        """Runs the tool, as a person would, and shows the command with what it says."""
        words = [str(argument) for argument in arguments]
        run = subprocess.run([BIN / "dunlin", "--socket", self.socket, *words], capture_output=True, text=True, timeout=WAIT, cwd=self.directory)
        if run.returncode != expect:
            raise Failed(f"dunlin {' '.join(words)} ended with {run.returncode}, not {expect}:\n{run.stdout}{run.stderr}")
        if show:
            self.shows("dunlin " + shlex.join(words), run.stdout + run.stderr, lines)
        return run.stdout

    def shows(self, command, text, lines=40):
        say(f"  $ {command}")
        told = text.rstrip().splitlines()
        for line in told[:lines]:
            say("    " + (line if len(line) <= WIDTH else line[:WIDTH - 1] + "…"))
        if len(told) > lines:
            say(f"    … {len(told) - lines} lines more")
        say()

    def call(self, method, path, body=None):
        """The API, as a billing system asks it: status and answer."""
        connection = http.client.HTTPConnection("localhost", timeout=WAIT)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(WAIT)
        try:
            connection.sock.connect(str(self.socket))
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path):
        return self.call("GET", path)[1]

    def later(self, days):
        return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()

    def links(self):
        try:
            answer = json.loads(self.get("/v1/links"))
        except OSError:
            return []
        return answer["links"] if isinstance(answer, dict) else answer

    def smsc(self, **command):
        """A command to the simulator, and its answer."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(WAIT)
            client.connect(str(self.directory / "smsc.sock"))
            client.sendall(json.dumps(command).encode() + b"\n")
            answer = json.loads(client.makefile().readline())
        if not answer.get("ok"):
            raise Failed(f"dunlin-smsc: {answer}")
        return answer

    def journal(self):
        """What reached the SMSC, a text each: (number, text), joined where it came in parts."""
        texts, parts = [], {}
        for line in (self.directory / "smsc.journal").read_text().splitlines():
            row = json.loads(line)
            key = (row["destination"], row.get("reference"))
            if row.get("total", 1) > 1:
                parts.setdefault(key, {})[row["part"]] = row["text"]
                if len(parts[key]) < row["total"]:
                    continue
                row["text"] = "".join(text for _, text in sorted(parts.pop(key).items()))
            texts.append(("+" + row["destination"].lstrip("+"), row["text"]))
        return texts
