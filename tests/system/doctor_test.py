"""A store that is damaged, newer or sound: what the daemon says of it, what `dunlin doctor` says, and what is saved of it."""

import json
import subprocess
import urllib.parse

from harness import BIN, WAIT, SystemTest, main, number, smsc, wait_for


class DoctorTest(SystemTest):
    def doctor(self, *arguments, code=0):
        done = subprocess.run([BIN / "dunlin", "doctor", "--config", self.place() / "dunlin.toml", *arguments],
                              capture_output=True, text=True, timeout=WAIT, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def report(self, *arguments, code=0):
        return json.loads(self.doctor("--json", *arguments, code=code).stdout)

    def place(self):
        return self.directory / "gateway"

    def store(self):
        return self.place() / "store"

    def tree(self):
        return {path.name: path.read_bytes() for path in self.store().iterdir()}

    def refused(self, daemon):
        """The daemon's last words after it refused to start."""
        before = self.tree()
        self.assertEqual(daemon.start(ready=False).process.wait(WAIT), 1, daemon.log_text())
        after = self.tree()
        self.assertEqual({name: octets for name, octets in after.items() if name != "LOCK.pid"},
                         {name: octets for name, octets in before.items() if name != "LOCK.pid"})
        return daemon.log_text().splitlines()[-2:]

    def filled(self):
        """A store with jobs in many states."""
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.accepted(*({"id": f"sent-{i}", "to": number(i), "text": "due", "account": f"a-{i % 7}", "campaign": "spring"}
                          for i in range(60)))
        wait_for(lambda: daemon.counts().get("delivered") == 60, "all are delivered")
        daemon.call("POST", "/v1/links/alpha/pause")
        daemon.accepted(*({"id": f"ready-{i}", "to": number(100 + i), "text": "due", "account": f"b-{i}"} for i in range(50)))
        daemon.accepted(*({"id": f"later-{i}", "to": number(200 + i), "text": "due", "not_before": "2099-01-01T00:00:00Z",
                           "expires": "2099-02-01T00:00:00Z"} for i in range(20)))
        daemon.post("/v1/payments", {"account": "b-1"})
        daemon.call("PUT", "/v1/consents/" + urllib.parse.quote(number(102)), {"status": "blocked", "source": "test"})
        return daemon

    def test_a_store_of_a_real_daemon_is_sound_and_left_as_it_is(self):
        daemon = self.filled()
        refused = self.doctor(code=2)
        self.assertIn(f"is in use by process {daemon.process.pid}", refused.stderr)
        daemon.kill()
        before = self.tree()
        report = self.report()
        self.assertEqual(self.tree(), before)
        self.assertTrue(report["sound"])
        self.assertEqual([finding for finding in report["findings"] if finding["weight"] == "damage"], [])
        self.assertEqual(report["jobs"]["delivered"], 60)
        self.assertEqual(report["jobs"]["ready"] + report["jobs"]["cancelled"] + report["jobs"]["blocked"], 50)
        self.assertEqual(report["jobs"]["scheduled"], 20)
        self.assertEqual(report["events"]["first"], 1)
        self.assertIn("Nothing is damaged.", self.doctor().stdout)
        daemon.start()
        self.assertEqual(daemon.stop(), 0)

    def test_submits_under_way_at_a_kill_are_no_damage(self):
        peer = self.peer(answer=lambda submit: None)
        daemon = self.gateway(peer)
        daemon.accepted(*({"id": f"job-{i}", "to": number(i), "text": "due"} for i in range(30)))
        wait_for(lambda: peer.submits, "a submit is there")
        daemon.kill()
        report = self.report()
        self.assertTrue(report["sound"], report)
        self.assertGreater(report["jobs"]["submitting"], 0)
        daemon.start()
        wait_for(lambda: daemon.counts().get("in_doubt", 0) > 0, "they are in doubt")
        daemon.kill()
        self.assertTrue(self.report()["sound"])

    def test_damage_is_refused_named_and_what_can_be_saved_feeds_a_new_store(self):
        daemon = self.filled()
        daemon.kill()
        log = max(self.store().glob("*.log"), key=lambda path: path.stat().st_size)
        octets = bytearray(log.read_bytes())
        octets[len(octets) * 4 // 5] ^= 0x40
        log.write_bytes(octets)
        said = self.refused(daemon)
        self.assertIn(log.name, said[0])
        self.assertIn("store_corrupt", said[0])
        self.assertIn("dunlin doctor", said[1])
        before = self.tree()
        saved = self.directory / "saved"
        report = self.report("--save", saved, code=1)
        self.assertEqual(self.tree(), before)
        self.assertIn(log.name, [finding["place"] for finding in report["findings"]])
        self.assertNotIn(number(102), json.dumps(report))
        jobs = [json.loads(line) for line in (saved / "jobs.ndjson").read_text().splitlines()]
        self.assertGreater(len(jobs), 0)
        self.store().rename(self.place() / "damaged")
        daemon.start()
        for line in (saved / "consents.ndjson").read_text().splitlines():
            consent = json.loads(line)
            answer = daemon.call("PUT", "/v1/consents/" + urllib.parse.quote(consent.pop("number")), consent)
            self.assertEqual(answer.status, 200, answer)
        for line in (saved / "holds.ndjson").read_text().splitlines():
            self.assertEqual(daemon.post("/v1/holds", json.loads(line)).status, 201)
        for line in (saved / "payments.ndjson").read_text().splitlines():
            self.assertEqual(daemon.post("/v1/payments", json.loads(line)).status, 200)
        answers = daemon.submit(*jobs)
        self.assertEqual({answer["status"] for answer in answers}, {"accepted"}, answers)

    def test_a_newer_store_is_refused_untouched(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        self.assertEqual(daemon.stop(), 0)
        (self.store() / "FORMAT").write_text("dunlin store 2\n")
        said = self.refused(daemon)
        self.assertIn("the store has format 2, this version reads up to 1; nothing was changed (store_newer)", said[-1])
        self.assertIn("store_newer", self.doctor(code=2).stderr)


if __name__ == "__main__":
    main()
