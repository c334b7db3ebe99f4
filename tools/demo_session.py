"""What tools/demo shows, once the programs are built. Uses `dunlin` for everything a clerk or a billing system would do.

The numbers of the campaign are of ranges that regulators keep for fiction (Ofcom +44 7700 900xxx, Arcep +33 6 39 98 xx xx,
BNetzA +49 171 39200xx): nobody has them. Ends only the two processes it started.
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = pathlib.Path(os.environ.get("DUNLIN_BIN", ROOT / "build" / "bin"))
CAMPAIGN = ROOT / "conf/samples/demo.ndjson"
WAIT = 30  # seconds that any one step may take

STOPS = ("PL-1001", "+447700900300")     # a customer who answers STOP between the first text and the second
PAYS = "DE-1001"                         # an account that pays between them
FINAL = {"delivered", "undelivered", "expired", "rejected", "failed", "cancelled", "blocked", "unknown"}

CONFIG = """[store]
path = "store"
min_free = "1MiB"
[api]
socket = "api.sock"
[metrics]
listen = "127.0.0.1:{metrics}"
[dunning]
countries = ""
[[smsc]]
name = "alpha"
host = "127.0.0.1"
port = {smsc}
system_id = "demo"
password = "demo"
source = "ACME"
throughput = 12
"""


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


class Demo:
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
                   "--receipt-jitter", 0.5, "--receipt-stat", "DELIVRD=0.94,UNDELIV=0.06", "--seed", 7)
        found = wait_for(lambda: self.alive() and re.search(r"^listening \S+:(\d+)$", self.log("dunlin-smsc"), re.M), "dunlin-smsc listens")
        return int(found.group(1))

    def start_daemon(self, smsc):
        (self.directory / "dunlin.toml").write_text(CONFIG.format(metrics=self.metrics, smsc=smsc))
        self.start("dunlind", "--config", "dunlin.toml")
        wait_for(lambda: self.alive() and self.socket.exists() and self.links(), "dunlind answers")
        wait_for(lambda: self.alive() and self.links()[0]["bound"], "the link is bound")

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

    def dunlin(self, *arguments, show=True, expect=0):
        """Runs the tool, as a person would."""
        run = subprocess.run([BIN / "dunlin", "--socket", self.socket, *map(str, arguments)], capture_output=True, text=True, timeout=WAIT)
        if run.returncode != expect:
            raise Failed(f"dunlin {' '.join(map(str, arguments))} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
        if show:
            say(f"$ dunlin {' '.join(str(a).replace(str(ROOT) + '/', '') for a in arguments)}")
            say(run.stdout.rstrip())
            say()
        return run.stdout

    def get(self, path):
        connection = http.client.HTTPConnection("localhost", timeout=WAIT)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(WAIT)
        try:
            connection.sock.connect(str(self.socket))
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def links(self):
        try:
            answer = json.loads(self.get("/v1/links"))
        except OSError:
            return []
        return answer["links"] if isinstance(answer, dict) else answer

    def counts(self):
        return {state: count for state, count in json.loads(self.get("/v1/status"))["jobs"].items() if count}

    def events(self):
        return [json.loads(line) for line in self.get("/v1/events?after=0").splitlines() if line]

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

    def progress(self, until, what):
        """A line each time the counts change."""
        last = None

        def look():
            nonlocal last
            self.alive()
            counts = self.counts()
            if counts != last:
                total = sum(counts.values())
                done = sum(count for state, count in counts.items() if state in FINAL)
                bar = "#" * (30 * done // max(total, 1))
                say(f"  [{bar:<30}] " + "  ".join(f"{state} {count}" for state, count in counts.items()))
                last = counts
            time.sleep(0.4)
            return until(counts)

        wait_for(look, what)
        say()


def session(demo):
    smsc = demo.start_smsc()
    demo.start_daemon(smsc)
    say(f"dunlin-smsc listens on 127.0.0.1:{smsc}, dunlind is bound to it; everything is in {demo.directory}\n")

    jobs = [json.loads(line) for line in CAMPAIGN.read_text().splitlines()]
    languages = sorted({job["locale"] for job in jobs})
    say(f"-- {len(jobs)} reminders in {len(languages)} languages ({', '.join(languages)}), 12 a second")
    demo.dunlin("submit", CAMPAIGN)
    demo.progress(lambda counts: counts.get("delivered", 0) >= len(jobs) // 4, "a quarter is delivered")

    say("-- the link is paused: nothing leaves, everything is kept")
    demo.dunlin("links", "pause", "alpha")
    wait_for(lambda: demo.links()[0]["in_flight"] == 0, "nothing is under way")
    sent = demo.smsc(status=True)["accepted"]
    account, number = STOPS
    say(f'-- the customer of {account} answers "STOP"; a second text to that number is still queued')
    demo.smsc(mo={"from": number, "to": "ACME", "text": "STOP"})
    wait_for(lambda: any(event["type"] == "opted_out" for event in demo.events()), "the opt-out")
    demo.dunlin("job", "show", f"autumn/{account}/2")
    say(f"-- {PAYS} has paid; its second text is still queued too")
    demo.dunlin("paid", PAYS)
    if demo.smsc(status=True)["accepted"] != sent:
        raise Failed("something was sent while the link was paused")

    say("-- the link goes on")
    demo.dunlin("links", "resume", "alpha")
    demo.progress(lambda counts: sum(counts.get(state, 0) for state in FINAL) == len(jobs), "every job has ended")
    demo.dunlin("links")
    demo.dunlin("status")
    return jobs


def journal(demo):
    return [json.loads(line) for line in (demo.directory / "smsc.journal").read_text().splitlines()]


def check(demo, jobs):
    """What must be true, read from the simulator's side as well. Returns the summary's lines."""
    events = demo.events()
    if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
        raise Failed("the events have gaps")
    ended = {event["job"]: event for event in events if event.get("state") in FINAL}
    states = collections.Counter(event["state"] for event in ended.values())
    stopped, paid = f"autumn/{STOPS[0]}/2", f"autumn/{PAYS}/2"
    for job_id, state, reason in ((stopped, "blocked", "opted_out"), (paid, "cancelled", "paid")):
        if (ended[job_id]["state"], ended[job_id].get("reason")) != (state, reason):
            raise Failed(f"{job_id} should be {state} ({reason}): {ended[job_id]}")
    segments = journal(demo)
    texts = collections.Counter()
    parts = collections.defaultdict(dict)
    for line in segments:
        if line.get("total", 1) == 1:
            texts[line["text"]] += 1
        else:
            whole = parts[line["destination"], line["reference"]]
            whole[line["part"]] = line["text"]
            if len(whole) == line["total"]:
                texts["".join(whole[part] for part in sorted(whole))] += 1
    # Signs that look alike travel as their GSM twins.
    plain = str.maketrans({"\u2019": "'", "\u00a0": " ", "\u202f": " "})
    seen = collections.Counter({text.translate(plain): count for text, count in texts.items()})
    for job in jobs:
        wanted = 0 if job["id"] in (stopped, paid) else 1
        if seen[job["text"].translate(plain)] != wanted:
            raise Failed(f"{job['id']} reached the SMSC {seen[job['text'].translate(plain)]} times, not {wanted}")
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.metrics}/metrics", timeout=WAIT) as answer:
        if b"dunlin_receipts_total" not in answer.read():
            raise Failed("/metrics does not speak")
    return [f"{len(jobs)} jobs: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
            f"{len(segments)} segments reached the SMSC, each text once; {len(events)} events without a gap",
            f"after STOP, nothing more went to the customer of {STOPS[0]}; after the payment, nothing more to {PAYS}"]


def main():
    parser = argparse.ArgumentParser(prog="tools/demo")
    parser.add_argument("--keep", action="store_true")
    keep = parser.parse_args().keep
    demo = Demo()
    kept = False
    try:
        jobs = session(demo)
        summary = check(demo, jobs)
        say("Summary\n  " + "\n  ".join(summary))
        if keep:
            kept = True
            say(f"\nStill running (end them with: kill {' '.join(str(process.pid) for process in demo.processes.values())}; rm -r {demo.directory}):\n"
                f"  the tool    {BIN / 'dunlin'} --socket {demo.socket} status\n"
                f"  the API     curl --unix-socket {demo.socket} http://localhost/v1/status\n"
                f"  metrics     http://127.0.0.1:{demo.metrics}/metrics\n"
                f"  a reply     echo '{{\"mo\":{{\"from\":\"{STOPS[1]}\",\"to\":\"ACME\",\"text\":\"START\"}}}}' | "
                f"python3 -c \"import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect('{demo.directory}/smsc.sock'); s.sendall(sys.stdin.buffer.read()); print(s.recv(999))\"\n"
                f"  logs        {demo.directory}/dunlind.log, dunlin-smsc.log")
            return 0
        codes = demo.end()
        if any(codes.values()):
            raise Failed(f"exit codes {codes}\n{demo.log('dunlind')[-4000:]}")
        say("  both programs ended cleanly; nothing is left behind")
        return 0
    except (Failed, OSError, KeyError, ValueError, subprocess.TimeoutExpired) as error:
        print(f"\ntools/demo: {error}", file=sys.stderr)
        for name in demo.processes:
            print(f"--- the end of {name}.log\n{demo.log(name)[-2000:]}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if not kept:
            demo.end()
            shutil.rmtree(demo.directory, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
