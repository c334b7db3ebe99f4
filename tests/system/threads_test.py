"""All threads of the daemon at once: I/O, store, reader and metrics under load, with reloads, links changed live, and an orderly stop.

Built with -fsanitize=thread (tools/test --threads) any report of the sanitizer fails it; in other builds it is a test of the load alone.
"""

import contextlib
import os
import pathlib
import signal
import threading

from harness import FINAL, SystemTest, main, number, smsc, wait_for

JOBS, BATCH, SUBMITTERS = 1200, 40, 3


class Threads(SystemTest):
    def setUp(self):
        super().setUp()
        self._reports = self.directory / "tsan"
        suppressions = pathlib.Path(__file__).with_name("tsan.supp")
        before = os.environ.get("TSAN_OPTIONS")
        os.environ["TSAN_OPTIONS"] = f"log_path={self._reports} suppressions={suppressions} exitcode=66 halt_on_error=0 history_size=4"
        self.addCleanup(lambda: os.environ.pop("TSAN_OPTIONS") if before is None else os.environ.update(TSAN_OPTIONS=before))
        self._failed = []

    @contextlib.contextmanager
    def watched(self):
        """Whatever else went wrong, the sanitizer's reports come first."""
        try:
            yield
        finally:
            reports = "".join(report.read_text(errors="replace") for report in sorted(self.directory.glob("tsan.*")))
            if reports:
                self.fail(f"the thread sanitizer reports:\n{reports[:50000]}")

    def start(self, action):
        def run():
            try:
                action()
            except Exception as error:  # told by the main thread
                self._failed.append(error)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def submit(self, daemon, part):
        for first in range(part * BATCH, JOBS, SUBMITTERS * BATCH):
            jobs = [{"id": f"job-{i}", "to": number(i % 1000), "text": f"Invoice {i}: " + "due. " * (i % 80), "account": f"A-{i}",
                     "priority": ("low", "normal", "high")[i % 3]} for i in range(first, first + BATCH)]
            for answer in daemon.submit(*jobs):
                refused = answer["status"] == "rejected"  # by the STOP of its number
                self.assertTrue(answer["status"] == "accepted" or refused and answer["error"]["code"] == "blocked", answer)

    def repeat(self, done, action):
        """At least once, and until done."""
        def run():
            while True:
                action()
                if done.wait(0.02):
                    return
        return self.start(run)

    def test_everything_at_once(self):
        with self.watched():
            self.everything_at_once()

    def everything_at_once(self):
        simulator = self.simulator("--receipt-delay", "50ms", "--latency", "2ms", "--early-receipts", "0.05", "--reply", "0.01=STOP")
        tables = {"smsc": [smsc(simulator.port, sessions=2, window=20), smsc(simulator.port, name="beta", system_id="dunlin-2", bind="pair", window=10)],
                  "route": [{"name": "all", "prefix": ["+"], "smsc": ["alpha", "beta"], "mode": "balance"}]}
        daemon = self.daemon(tables)
        daemon.wait_bound("alpha", "beta")
        followers = [self.follow(daemon) for _ in range(2)]
        done = threading.Event()
        turns = {"reload": 0, "paid": 0}

        def reload():
            turns["reload"] += 1
            tables["smsc"][0]["window"] = 20 + turns["reload"] % 7
            daemon.configure(tables)
            daemon.process.send_signal(signal.SIGHUP)
            if turns["reload"] % 5 == 0:
                daemon.post("/v1/reload")

        def change_links():
            daemon.call("PATCH", "/v1/links/beta", {"window": 10 + turns["reload"] % 5})
            daemon.post("/v1/links/beta/pause")
            daemon.post("/v1/links/beta/resume")

        def pay():
            turns["paid"] += 1
            answer = daemon.post("/v1/payments", {"account": f"A-{turns['paid'] * 7 % JOBS}"})
            self.assertEqual(answer.status, 200, answer)

        def look():
            daemon.get("/v1/status")
            daemon.get(f"/v1/jobs/job-{turns['paid'] % JOBS}")
            daemon.get("/v1/events?after=0")
            daemon.get(f"/v1/consents/{number(turns['paid'] % 1000)}".replace("+", "%2B"))

        submitters = [self.start(lambda part=part: self.submit(daemon, part)) for part in range(SUBMITTERS)]
        others = [self.repeat(done, action) for action in (daemon.metrics, daemon.metrics, reload, change_links, pay, look)]
        for thread in submitters:
            thread.join()
        self.assertEqual(self._failed, [])

        def settled():
            counts = daemon.counts()
            return sum(counts.values()) > 0 and all(state in FINAL for state, count in counts.items() if count)
        wait_for(settled, "every job has ended", seconds=240)
        done.set()
        for thread in others:
            thread.join()
        self.assertEqual(self._failed, [])
        last = daemon.get("/v1/status").json["events"]["last"]
        for follower in followers:
            follower.wait(lambda event: event["seq"] == last, "the last event")
        self.assertGreater(turns["reload"], 1)

        # Stopped under load.
        daemon.submit(*[{"id": f"late-{i}", "to": number(i), "text": "due"} for i in range(200)])
        code = daemon.stop()
        simulator.stop()
        self.assertEqual(code, 0, daemon.log_text())
        self.assertEqual(simulator.process.returncode, 0)


if __name__ == "__main__":
    main()
