"""The load of a crash test: clients that ask again, with the same ids, for whatever they got no answer to, and remember what they were promised.

Nothing here judges: a Ledger holds what was acknowledged and which silences were promised from which place in the SMSC's journal on;
reconcile.py holds them against what the SMSC took and what the events tell.
"""

import collections
import http.client
import json
import random
import threading
import time
import zlib

from harness import FINAL, UnixConnection, number, smsc
from reconcile import Job, Silence

WINDOW, SESSIONS = 25, 2
IN_DOUBT_MAX = WINDOW * SESSIONS  # jobs that one crash may leave in doubt: what the windows hold
RATE = 250                        # submit_sm a second
UNFINISHED_MAX = 600              # jobs acknowledged and not ended, before the submitters wait
STOPPED, BLOCKED = range(900, 950), range(950, 1000)  # numbers that say STOP, and that the API blocks; the rest only receive
AGAIN = 0.02                      # seconds before a client asks again
PATIENCE = 3                      # seconds that a doubt is left to receipts and to the policy
CALL_TIMEOUT = 10                 # seconds without an answer, then it asks again
UNDER_WAY = 0.2                   # seconds for octets given to the kernel before an answer to reach the SMSC

SMSC_OPTIONS = ("--latency", "60ms", "--receipt-delay", "500ms", "--receipt-jitter", "0.9", "--early-receipts", "0.05")
SMSC_FAULTS = ("--receipt-stat", "UNDELIV=0.02", "--error", "ESME_RINVDSTADR=0.01", "--error", "ESME_RMSGQFUL=0.002")


def tables(port, throughput=RATE):
    """The daemon's configuration: quick to come back, quick to settle a doubt."""
    return {"smsc": [smsc(port, sessions=SESSIONS, window=WINDOW, throughput=throughput)],
            "daemon": {"drain_timeout": "2s"}, "log": {"level": "info"}, "dunning": {"in_doubt_wait": "300ms"}}


class Ledger:
    """What the clients know. Every member is guarded by `lock`, which is told of each change."""

    def __init__(self):
        self.lock = threading.Condition()
        self.jobs = {}                                # id → Job, acknowledged or not
        self.by_account = collections.defaultdict(list)
        self.acknowledged = 0
        self.silences = []
        self.crcs = []                                # of each event's line as it was first seen, by seq - 1
        self.ended = set()
        self.doubted = {}                             # id → when its doubt was seen; only what is in doubt now
        self.answers = 0                              # of any call
        self.told = collections.Counter()             # promises by kind
        self.broken = []                              # what a client saw that must not be

    def acknowledge(self, job_id):
        with self.lock:
            job = self.jobs[job_id]
            if not job.acknowledged:
                job.acknowledged = True
                self.acknowledged += 1
                if job.account:
                    self.by_account[job.account].append(job_id)
            self.lock.notify_all()

    def promise(self, kind, begin, end=None, jobs=(), destination=None):
        with self.lock:
            self.silences.append(Silence(kind, begin, end, frozenset(jobs), destination))
            self.told[kind] += 1

    def unfinished(self):
        return self.acknowledged - len(self.ended)


class Load:
    """Threads of clients against a daemon that comes and goes at `path`, and one of its events."""

    def __init__(self, path, simulator, seed, jobs=None, only_jobs=False):
        self.path, self.simulator, self.ledger = path, simulator, Ledger()
        self._seed, self._wanted, self._only_jobs = seed, jobs, only_jobs
        self._made = 0
        self._stopping, self._closing = threading.Event(), threading.Event()
        self._clients = [threading.Thread(target=self._guard(self._submit), args=(i,), daemon=True) for i in range(3)]
        if not only_jobs:
            others = (self._pay, self._cancel, self._say_stop, self._block)
            self._clients += [threading.Thread(target=self._guard(each), args=(10 + i,), daemon=True) for i, each in enumerate(others)]
        self._watchers = [threading.Thread(target=self._guard(each), args=(20 + i,), daemon=True)
                          for i, each in enumerate((self._follow, self._resolve))]

    def start(self):
        for thread in [*self._clients, *self._watchers]:
            thread.start()

    def stop(self, seconds):
        """No new work; what is asked is asked until it is answered. Who watches goes on until close()."""
        self._stopping.set()
        for thread in self._clients:
            thread.join(seconds)
            if thread.is_alive():
                self.ledger.broken.append(f"a client got no answer within {seconds} s")

    def close(self):
        self._closing.set()
        for thread in self._watchers:
            thread.join(CALL_TIMEOUT + 5)

    def submitted_all(self):
        return self._wanted is not None and self.ledger.acknowledged >= self._wanted

    def _guard(self, client):
        def run(index):
            try:
                client(random.Random(self._seed * 1000 + index))
            except Exception as error:  # a client that dies silently would make the test a test of nothing
                self.ledger.broken.append(f"{client.__name__} died of {error!r}")
                raise
        return run

    # --- talking

    def _call(self, method, path, body=None):
        """(status, parsed body), asked until it is answered with something else than "come back"."""
        while True:
            connection = UnixConnection(self.path, CALL_TIMEOUT)
            try:
                content = {"Content-Type": "application/json"} if body is not None else {}
                connection.request(method, path, json.dumps(body) if body is not None else None, content)
                response = connection.getresponse()
                text = response.read()
                if response.status != 503:
                    self._answered()
                    return response.status, json.loads(text)
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(AGAIN)

    def _answered(self):
        with self.ledger.lock:
            self.ledger.answers += 1
            self.ledger.lock.notify_all()

    def _accepted(self):
        return self.simulator.command(status=True)["accepted"]

    def _silent_from(self):
        """The place in the journal after everything that was under way when this was called. Two questions: what was readable before the
        first is read before the second is answered."""
        time.sleep(UNDER_WAY)
        self._accepted()
        return self._accepted()

    def _pause(self, rng, most):
        self._stopping.wait(rng.uniform(0, most))

    # --- the clients

    def _new_job(self, rng):
        with self.ledger.lock:
            if self._wanted is not None and self._made >= self._wanted:
                return None
            index = self._made
            self._made += 1
        hold = not self._only_jobs and index % 4 == 0
        account = f"A{index // 3}" if index % 2 and not self._only_jobs else ""
        parts = 1 if rng.random() < 0.9 else rng.randint(2, 4)
        job = Job(f"job-{index}", number(index % 1000), parts, hold, account)
        with self.ledger.lock:
            self.ledger.jobs[job.id] = job
        return job

    @staticmethod
    def _fields(job):
        fields = {"id": job.id, "to": job.destination, "text": job.text, "in_doubt": "hold" if job.hold else "resend"}
        return fields | ({"account": job.account} if job.account else {})

    def _submit(self, rng):
        waiting = []
        while not self._stopping.is_set() or waiting:
            with self.ledger.lock:
                full = self.ledger.unfinished() >= UNFINISHED_MAX
            while not waiting and not full and not self._stopping.is_set() and len(waiting) < 40:
                made = [self._new_job(rng) for _ in range(rng.choice((1, 1, 5, 20, 40)))]
                waiting = [job for job in made if job]
                full = not waiting
            if not waiting:
                self._stopping.wait(AGAIN)
                continue
            if len(waiting) == 1:
                status, body = self._call("POST", "/v1/jobs", self._fields(waiting[0]))
                if status not in (200, 201):
                    self.ledger.broken.append(f"{waiting[0].id} was answered {status} {body}")
                    return
                self.ledger.acknowledge(waiting[0].id)
                waiting = []
            else:
                done = self._submit_lines(waiting)
                waiting = [job for job in waiting if job.id not in done]

    def _submit_lines(self, jobs):
        """One NDJSON request; the ids of the lines answered before it ended, well or by a crash."""
        done = set()
        connection = UnixConnection(self.path, CALL_TIMEOUT)
        try:
            body = "".join(json.dumps(self._fields(job)) + "\n" for job in jobs)
            connection.request("POST", "/v1/jobs", body, {"Content-Type": "application/x-ndjson"})
            response = connection.getresponse()
            while (line := response.readline()).endswith(b"\n"):
                answer = json.loads(line)
                if answer["status"] == "rejected":
                    if answer["error"]["code"] not in ("unavailable", "cut_off"):
                        self.ledger.broken.append(f"a job was refused: {answer}")
                        return {job.id for job in jobs}
                    continue
                done.add(answer["id"])
                self.ledger.acknowledge(answer["id"])
                self._answered()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        if len(done) < len(jobs):
            time.sleep(AGAIN)
        return done

    def _pay(self, rng):
        paid = set()
        while not self._stopping.is_set():
            self._pause(rng, 0.6)
            with self.ledger.lock:
                open_accounts = [name for name in list(self.ledger.by_account)[-200:] if name not in paid]
            if not open_accounts:
                continue
            account = rng.choice(open_accounts)
            paid.add(account)
            with self.ledger.lock:
                covered = list(self.ledger.by_account[account])
            status, body = self._call("POST", "/v1/payments", {"account": account})
            if status != 200:
                self.ledger.broken.append(f"a payment was answered {status} {body}")
                return
            self.ledger.promise("payment", self._silent_from(), jobs=covered)

    def _cancel(self, rng):
        while not self._stopping.is_set():
            self._pause(rng, 0.5)
            with self.ledger.lock:
                recent = list(self.ledger.jobs)[-300:]
                waiting = [each for each in recent if self.ledger.jobs[each].acknowledged and each not in self.ledger.ended]
            if not waiting:
                continue
            job_id = rng.choice(waiting)
            status, body = self._call("DELETE", f"/v1/jobs/{job_id}")
            if status == 200 or body.get("state") == "cancelled":
                self.ledger.promise("cancel", self._silent_from(), jobs=[job_id])

    def _text(self, phone, text):
        """Says it from a phone and waits until the daemon has answered the deliver_sm. False: nobody is bound to be told."""
        before = self.simulator.command(status=True)["texts_acked"]
        while True:
            try:
                self.simulator.say(phone, text)
                break
            except AssertionError:  # no account is bound at the moment
                time.sleep(AGAIN)
        while self.simulator.command(status=True)["texts_acked"] == before:
            time.sleep(AGAIN)

    def _say_stop(self, rng):
        while not self._stopping.is_set():
            self._pause(rng, 0.5)
            phone = number(rng.choice(STOPPED))
            self._text(phone, "STOP")
            begin = self._silent_from()
            self._pause(rng, 1.5)
            self.ledger.promise("STOP", begin, self._accepted(), destination=phone)
            self._text(phone, "START")

    def _block(self, rng):
        while not self._stopping.is_set():
            self._pause(rng, 0.5)
            phone = number(rng.choice(BLOCKED))
            status, body = self._call("PUT", f"/v1/consents/{phone}", {"status": "blocked", "source": "crash test"})
            if status != 200:
                self.ledger.broken.append(f"a block was answered {status} {body}")
                return
            begin = self._silent_from()
            self._pause(rng, 1.5)
            self.ledger.promise("block", begin, self._accepted(), destination=phone)
            self._call("PUT", f"/v1/consents/{phone}", {"status": "allowed", "source": "crash test"})

    def _resolve(self, _):
        """The person who settles what stays in doubt (jobs under hold, and what was in doubt again after its one resend): gives receipts
        PATIENCE seconds, then drops what is under hold and has the rest sent again."""
        while not self._closing.wait(0.1):
            with self.ledger.lock:
                now = time.monotonic()
                due = [self.ledger.jobs[each] for each, since in self.ledger.doubted.items() if now - since > PATIENCE]
            for job in due:
                if self._closing.is_set():
                    return
                self._call("POST", f"/v1/jobs/{job.id}/resolve", {"as": "drop" if job.hold else "resend"})
                with self.ledger.lock:
                    self.ledger.doubted.pop(job.id, None)

    def _follow(self, _):
        while not self._closing.is_set():
            connection = UnixConnection(self.path, CALL_TIMEOUT * 3)
            try:
                connection.request("GET", f"/v1/events?after={len(self.ledger.crcs)}&follow=true")
                response = connection.getresponse()
                if response.status == 200:
                    while not self._closing.is_set() and (line := response.readline()).endswith(b"\n"):
                        if line.strip():
                            self._event(line)
                elif response.status != 503:
                    self.ledger.broken.append(f"events after {len(self.ledger.crcs)}, which were read before, are answered {response.status}")
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(AGAIN)

    def _event(self, line):
        event = json.loads(line)
        with self.ledger.lock:
            if event["seq"] != len(self.ledger.crcs) + 1:
                self.ledger.broken.append(f"event {event['seq']} follows {len(self.ledger.crcs)}")
            self.ledger.crcs.append(zlib.crc32(line.rstrip()))
            job = self.ledger.jobs.get(event.get("job"))
            if job is None:
                return
            self.ledger.doubted.pop(job.id, None)
            if event["type"] == "in_doubt":
                self.ledger.doubted[job.id] = time.monotonic()
            if event["type"] in FINAL:
                self.ledger.ended.add(job.id)
                self.ledger.lock.notify_all()
