"""Kills the real daemon again and again under load, at random and at marked points, then holds what it acknowledged against the SMSC's
journal and its own events. The SMSC is never killed; what a client was promised it never forgets.

Exit 0: lost 0, twice 0 outside in-doubt, nothing after what was called off. Exit 1: what was found, and where the files are.
"""

import argparse
import collections
import datetime
import itertools
import json
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))

from harness import BIN, Daemon, Simulator, wait_for  # noqa: E402
from load import IN_DOUBT_MAX, RATE, SMSC_FAULTS, SMSC_OPTIONS, Load, tables  # noqa: E402
from reconcile import check_seen, reconcile  # noqa: E402

LIFE = 1.6            # seconds that a life lasts at most before it is ended at random
REACHED = 4           # seconds for a marked point to be passed often enough; then it is killed where it is
SETTLE = 40           # seconds without any progress after the last kill, in which not all has ended: something is stuck
FINDINGS_SHOWN = 20

# Points inside dunlind-marked are its own list. How often a point is passed before it kills, at most, where one passing is not the rule.
PASSES = {"start_read": 15, "commit_due": 150, "commit_done": 150, "request_taken": 200, "answer_due": 200, "bind_written": 2, "submit_due": 150,
          "submit_torn": 150, "submit_written": 150, "delivery_unanswered": 150, "delivery_answered": 150, "unbind_written": 2}
# Points that this program finds from outside.
OUTSIDE = {
    "random": "at any moment of a life, also of its start",
    "answered": "a client has just read an answer",
    "stopping": "during an orderly stop",
    "reloading": "during a reload",
}


def marked_points():
    listed = subprocess.run([BIN / "dunlind-marked", "--points"], capture_output=True, text=True, check=True).stdout
    return dict(line.split("\t") for line in listed.splitlines())


class Killer:
    """Starts the daemon and ends it, once a call of kill()."""

    def __init__(self, daemon, load, rng):
        self.daemon, self._load, self._rng = daemon, load, rng
        self.starts, self.ready_after = [], []
        self.counts = collections.Counter()
        self._throughput = RATE

    def start(self, *program):
        self.starts.append(datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z")
        self.daemon.start(ready=False, program=program or ("dunlind",))

    def wait_ready(self):
        """False: it died before it answered."""
        began = time.monotonic()
        try:
            self.daemon.wait_ready()
        except AssertionError:
            if self.daemon.process.poll() == -signal.SIGKILL:
                return False
            raise
        self.ready_after.append(time.monotonic() - began)
        return True

    def kill(self, point):
        if point in OUTSIDE:
            self.start()
            getattr(self, "_" + point)()
        else:
            point = self._marked(point)
        self._dead(point)

    def _dead(self, point):
        self.daemon.process.kill()
        code = self.daemon.process.wait(30)
        if code == -signal.SIGKILL:
            self.counts[point] += 1
        elif code != 0 or point != "stopping":  # a stop may be quicker than its kill
            raise AssertionError(f"dunlind ended by itself with {code} at {point}:\n{self.daemon.log_text()}")

    def _live(self, least=0.0):
        """Sleeps a part of a life; a daemon that ends meanwhile ends it."""
        end = time.monotonic() + self._rng.uniform(least, LIFE)
        while time.monotonic() < end and self.daemon.process.poll() is None:
            time.sleep(min(0.01, max(0.0, end - time.monotonic())))

    def _random(self):
        self._live()

    def _answered(self):
        if not self.wait_ready():
            return
        self._live()
        ledger = self._load.ledger
        with ledger.lock:
            before = ledger.answers
            ledger.lock.wait_for(lambda: ledger.answers > before, REACHED)
            self.daemon.process.kill()

    def _stopping(self):
        if self.wait_ready():
            self._live()
            self.daemon.process.send_signal(signal.SIGTERM)
            time.sleep(self._rng.uniform(0, 0.15))

    def _reloading(self):
        if self.wait_ready():
            self._live()
            self._change_configuration()
            self.daemon.process.send_signal(signal.SIGHUP)
            time.sleep(self._rng.uniform(0, 0.02))

    def _change_configuration(self):
        self._throughput = RATE if self._throughput != RATE else RATE * 2
        self.daemon.configure(tables(self._load.simulator.port, self._throughput))

    def _marked(self, point):
        """The point that it died at: another, if this one was not passed often enough."""
        self.start("dunlind-marked", point, str(self._rng.randint(1, PASSES[point])))
        if point == "unbind_written" and self.wait_ready():
            self._live(0.3)
            self.daemon.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + REACHED
        while time.monotonic() < end:
            if self.daemon.process.poll() is not None:
                return "stopping" if self.daemon.process.returncode == 0 else point
            time.sleep(0.01)
        return "random"


def read_all_events(daemon):
    """Their lines, as they are now."""
    answer = daemon.get("/v1/events?after=0")
    assert answer.status == 200, answer
    return [line.encode() for line in answer.body.splitlines() if line]


def run(options, directory):
    rng = random.Random(options.seed)
    points = [*OUTSIDE, *marked_points()]
    if options.point and options.point not in points:
        sys.exit(f"there is no point {options.point}; there are {' '.join(points)}")
    missing = set(points) - set(OUTSIDE) - set(PASSES)
    assert not missing, f"PASSES does not know {missing}"
    faults = () if options.only_jobs else SMSC_FAULTS
    simulator = Simulator(directory, "--seed", str(options.seed), *SMSC_OPTIONS, *faults)
    daemon = Daemon(directory, tables(simulator.port))
    load = Load(daemon.socket, simulator, options.seed, options.jobs, options.only_jobs)
    killer = Killer(daemon, load, rng)
    began = time.monotonic()
    try:
        load.start()
        kill_all(options, killer, load, points, rng)
        killer.start()
        assert killer.wait_ready()
        settle(options, daemon, load)
        took = time.monotonic() - began
        account = judge(daemon, simulator, load, killer, options)
        report(options, killer, load, account, took)
        findings = account.findings
    finally:
        load.close()
        if daemon.process and daemon.process.poll() is None:
            daemon.kill()
        simulator.stop()
    return findings


def kill_all(options, killer, load, points, rng):
    turns = points[1:]
    rng.shuffle(turns)
    for count in itertools.count():
        killed = sum(killer.counts.values())
        if killed >= options.kills:
            break
        if options.jobs:  # spread over the work
            share = (killed + 1) / (options.kills + 1)
            killer.start()
            wait_for(lambda: len(load.ledger.ended) >= share * options.jobs, f"{share:.0%} of the jobs have ended", seconds=600)
            killer._dead("random")
        else:
            # Half at random, the other half at each point in turn: a long run meets all of them whatever the seed is.
            turn = "random" if count % 2 == 0 else turns[(count // 2) % len(turns)]
            killer.kill(options.point or turn)
        if load.ledger.broken:
            raise AssertionError("; ".join(load.ledger.broken))
        if sys.stderr.isatty():
            print(f"\r{killed + 1} of {options.kills} kills, {load.ledger.acknowledged} jobs", end="", file=sys.stderr, flush=True)


def settle(options, daemon, load):
    """Calm: nothing new, no kill; everything must end."""
    if options.jobs:
        wait_for(load.submitted_all, "all jobs are submitted", seconds=600)
    load.stop(SETTLE)
    ledger, seen, since = load.ledger, -1, time.monotonic()
    while ledger.unfinished():
        if len(ledger.ended) != seen:
            seen, since = len(ledger.ended), time.monotonic()
        if time.monotonic() - since > SETTLE:
            break  # the reconciliation names what did not end
        time.sleep(0.1)
    last = daemon.get("/v1/status").json["events"]["last"]
    wait_for(lambda: len(ledger.crcs) >= last or ledger.broken, "the follower has read every event")
    load.close()


def judge(daemon, simulator, load, killer, options):
    simulator.command(status=True)
    time.sleep(0.2)  # the journal is written every 50 ms
    lines = read_all_events(daemon)
    events = [json.loads(line) for line in lines]
    account = reconcile(load.ledger.jobs, load.ledger.silences, simulator.accepted(), events, killer.starts, IN_DOUBT_MAX)
    account.findings += load.ledger.broken
    check_seen(lines, load.ledger.crcs, account.findings)
    counted = {state: count for state, count in daemon.counts().items() if count}
    if counted != dict(account.states):
        account.findings.append(f"the daemon counts {counted}, its events {dict(account.states)}")
    if options.only_jobs and counted != {"delivered": options.jobs or load.ledger.acknowledged}:
        account.findings.append(f"not every job was delivered: {counted}")
    if options.point and not killer.counts[options.point]:
        account.findings.append(f"the point {options.point} was never reached")
    return account


def report(options, killer, load, account, took):
    def listed(counter):
        return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))
    ready = sorted(killer.ready_after) or [0]
    lost = sum(finding.startswith("lost") for finding in account.findings)
    twice = sum(finding.startswith("twice") for finding in account.findings)
    after = sum(finding.startswith("after") for finding in account.findings)
    print(f"""\
kills      {sum(killer.counts.values())} in {took:.0f} s: {listed(killer.counts)}
ready      after {statistics.median(ready) * 1000:.0f} ms (median), {ready[-1] * 1000:.0f} ms (longest)
jobs       {load.ledger.acknowledged} acknowledged, {sum(account.states.values())} ended: {listed(account.states)}
SMSC       {account.lines} segments accepted; events {account.events}
lost       {lost}
twice      {twice} outside in-doubt
in doubt   {account.in_doubt}, at most {account.in_doubt_most} a crash (the windows hold {IN_DOUBT_MAX}); \
{account.twice_in_doubt} segments taken again, one at most {account.most_often} times
promised   {listed(load.ledger.told) or 'nothing to be called off'}: handed over afterwards {after}""")


def main():
    parser = argparse.ArgumentParser(prog="tools/crash", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500, help="how often the daemon is killed (default 500, 6 to 15 minutes as the machine is)")
    parser.add_argument("--seed", type=int, default=None, help="of where and when; a new one each time, printed (timing itself is the machine's)")
    parser.add_argument("--point", help="kill at this point only; --points lists them")
    parser.add_argument("--points", action="store_true", help="list the points and exit")
    parser.add_argument("--jobs", type=int, help="this many jobs, kills spread over them, instead of jobs as long as there are kills")
    parser.add_argument("--only-jobs", action="store_true",
                        help="nothing is paid, cancelled, stopped, blocked or refused: every job must be delivered")
    parser.add_argument("--keep", metavar="DIRECTORY", help="keep configuration, store, journal and logs there")
    options = parser.parse_args()
    if options.points:
        for name, where in {**OUTSIDE, **marked_points()}.items():
            print(f"{name:20} {where}")
        return 0
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1, 1_000_000)
    if options.keep:
        pathlib.Path(options.keep).mkdir(parents=True, exist_ok=True)
    directory = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="dunlin-crash-"))
    print(f"seed       {options.seed}; the files are in {directory}", flush=True)
    findings = run(options, directory)
    for finding in findings[:FINDINGS_SHOWN]:
        print("FOUND", finding)
    if findings:
        print(f"{len(findings)} findings with --seed {options.seed}; the files are in {directory}")
        return 1
    if not options.keep:
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
