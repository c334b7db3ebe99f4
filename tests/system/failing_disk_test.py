"""Commits that fail under a live daemon: a limit on file sizes, set from outside, makes the kernel refuse its writes (EFBIG).
It drops what it was doing, opens the store anew and goes on from what is on disk; nothing acknowledged is lost."""

import json
import resource
import subprocess
import time

from harness import BIN, WAIT, SystemTest, main, number, smsc, wait_for

JOBS = 240
SMALL = 96 * 1024  # octets a file may have: a log is full after some hundred jobs
NONE = 1


class FailingDiskTest(SystemTest):
    def started(self):
        daemon = self.daemon({"smsc": [smsc(1)], "log": {"level": "warn"}}, start=False)
        with open(daemon.log, "ab") as log:
            # Python ignores SIGXFSZ, and without restore_signals the daemon inherits that: the write fails instead.
            daemon.process = subprocess.Popen([BIN / "dunlind", "--config", daemon.config], stdout=log, stderr=log,
                                              stdin=subprocess.DEVNULL, restore_signals=False)
        wait_for(daemon._ready, "the daemon answers on its socket")
        return daemon

    def limit(self, daemon, octets):
        hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (octets, hard))

    def submit(self, daemon, index):
        """As an upstream does: again until it is told that the job is there."""
        end = time.monotonic() + WAIT
        refusals = 0
        while True:
            answer = daemon.post("/v1/jobs", {"id": f"job-{index}", "to": number(index % 1000), "text": "due " + "x" * 700, "account": "a" * 100})
            if answer.status in (200, 201):
                return refusals
            self.assertIn(answer.status, (503, 507), answer)
            self.assertLess(time.monotonic(), end, answer)
            refusals += 1
            time.sleep(0.05)

    def check(self, daemon, jobs):
        self.assertEqual(daemon.counts()["ready"], jobs)
        self.assertEqual([event["seq"] for event in daemon.events()], list(range(1, jobs + 1)))
        self.assertEqual({event["job"] for event in daemon.events()}, {f"job-{index}" for index in range(jobs)})
        daemon.kill()
        done = subprocess.run([BIN / "dunlin", "doctor", "--json", "--store", daemon.directory / "store"], capture_output=True, text=True,
                              timeout=WAIT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(json.loads(done.stdout)["jobs"]["ready"], jobs)

    def test_a_commit_that_fails_loses_nothing_acknowledged(self):
        daemon = self.started()
        self.limit(daemon, SMALL)
        refusals = sum(self.submit(daemon, index) for index in range(JOBS))
        self.assertGreater(refusals, 0, "no commit failed")
        self.limit(daemon, resource.RLIM_INFINITY)
        self.check(daemon, JOBS)

    def test_a_store_that_stays_away_is_said_and_comes_back(self):
        daemon = self.started()
        for index in range(20):
            self.submit(daemon, index)
        self.limit(daemon, NONE)
        for _ in range(5):
            answer = daemon.post("/v1/jobs", {"id": "job-x", "to": number(1), "text": "due"})
            self.assertEqual(answer.status, 503, answer)
            self.assertEqual(answer.json["code"], "unavailable")
        self.assertEqual(daemon.get("/v1/events").status, 503)
        self.limit(daemon, resource.RLIM_INFINITY)
        wait_for(lambda: daemon.get("/v1/events").status == 200, "the store is open again")
        for index in range(20, 30):
            self.submit(daemon, index)
        self.check(daemon, 30)


if __name__ == "__main__":
    main()
