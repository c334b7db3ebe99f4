"""The first promise: what was acknowledged is on disk, through restarts, SIGKILL and lost links; what is in doubt is named. SIGKILL under
load: tests/crash."""

import threading
import time

from harness import SystemTest, main, number, smsc, wait_for


class Restarts(SystemTest):
    def test_accepted_jobs_survive_a_kill_before_they_are_sent(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        daemon.accepted(*({"id": f"job-{i}", "to": number(i), "text": "due"} for i in range(200)))
        daemon.kill()
        peer = self.peer()
        daemon.configure({"smsc": [smsc(peer.port)]})
        daemon.start()
        wait_for(lambda: daemon.counts().get("delivered") == 200, "all 200 are delivered")
        self.assertEqual(set(peer.destinations().values()), {1})
        wait_for(lambda: len(daemon.events()) >= 600, "the last turn is on disk")
        self.assertEqual([event["seq"] for event in daemon.events()], list(range(1, 601)))
        peer.check()

    def test_events_and_final_states_are_the_same_after_a_restart(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        daemon.wait_state("job-1", "delivered")
        events, job = daemon.events(), daemon.job("job-1")
        daemon.restart()
        self.assertEqual(daemon.events(), events)
        again = daemon.job("job-1")
        self.assertTrue(job.pop("pdus"), "what the flight recorder held is gone with the daemon")
        self.assertEqual(again.pop("pdus"), [])
        self.assertEqual(again, job)
        self.assertEqual(daemon.post("/v1/jobs", {"id": "job-1", "to": number(1), "text": "due"}).json["status"], "duplicate")

    def test_a_receipt_after_a_restart_finds_its_job(self):
        peer = self.peer(receipt=lambda submit: None)
        daemon = self.gateway(peer)
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        daemon.wait_state("job-1", "submitted")
        daemon.restart()
        daemon.wait_bound("alpha")
        peer.send_receipt(peer.submits[0], "DELIVRD", with_text=False)
        daemon.wait_state("job-1", "delivered")

    def test_sigterm_awaits_what_is_outstanding_unbinds_and_exits_0(self):
        gate = threading.Event()
        peer = self.peer(answer=lambda submit: gate.wait(20) and 0, receipt=lambda submit: None)
        daemon = self.gateway(peer)
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        wait_for(lambda: peer.submits, "the submit is there")
        threading.Timer(0.5, gate.set).start()
        self.assertEqual(daemon.stop(), 0, daemon.log_text())
        self.assertEqual(peer.unbinds, 1)
        daemon.start()
        self.assertEqual(daemon.state("job-1"), "submitted")
        self.assertEqual(len(peer.submits), 1)
        self.assertEqual(daemon.stop(2), 0)  # SIGINT does the same

    def test_a_second_daemon_is_refused_with_the_first_ones_pid(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        second = self.daemon({"smsc": [smsc(1)], "api": {"socket": "second.sock"}, "store": {"path": str(daemon.directory / "store")}},
                             directory="second", start=False)
        second.start(ready=False)
        self.assertEqual(second.process.wait(30), 1)
        self.assertIn(str(daemon.process.pid), second.log_text())
        self.assertEqual(daemon.get("/v1/status").status, 200)

    def test_a_pause_survives_a_restart(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        self.assertEqual(daemon.post("/v1/links/alpha/pause").status, 200)
        daemon.restart()
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        time.sleep(0.5)
        self.assertTrue(daemon.links()["alpha"]["paused"])
        self.assertEqual((daemon.state("job-1"), len(peer.submits)), ("ready", 0))
        self.assertEqual(daemon.post("/v1/links/alpha/resume").status, 200)
        daemon.wait_state("job-1", "delivered")
        daemon.restart()
        self.assertFalse(daemon.links()["alpha"]["paused"])


class InDoubt(SystemTest):
    def silent_then_killed(self, directory="gateway", **dunning):
        peer = self.peer(answer=lambda submit: None if not self.answers else 0)
        self.answers = False
        daemon = self.daemon({"smsc": [smsc(peer.port)], "dunning": dunning}, directory)
        daemon.wait_bound("alpha")
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        wait_for(lambda: peer.submits, "the submit is there")
        daemon.kill()
        self.answers = True
        return peer, daemon

    def test_resend_sends_the_same_octets_once_more(self):
        peer, daemon = self.silent_then_killed(in_doubt_wait="500ms")
        daemon.start()
        daemon.wait_state("job-1", "delivered")
        first, second = peer.submits
        self.assertEqual(first._body, second._body)
        self.assertEqual([event["type"] for event in daemon.events()], ["accepted", "in_doubt", "retrying", "submitted", "delivered"])
        peer.check()

    def test_a_receipt_in_the_wait_settles_it(self):
        peer, daemon = self.silent_then_killed(in_doubt_wait="30s")
        daemon.start()
        daemon.wait_bound("alpha")
        daemon.wait_state("job-1", "in_doubt")
        self.assertEqual(daemon.metric("dunlin_in_doubt_jobs"), 1)
        peer.send_receipt(peer.submits[0])
        daemon.wait_state("job-1", "delivered")
        self.assertEqual(len(peer.submits), 1)

    def test_hold_waits_for_a_person(self):
        for verdict, states, sent in (("sent", ("submitted", "unknown"), 1), ("drop", ("cancelled", "failed"), 1), ("resend", ("delivered",), 2)):
            with self.subTest(verdict):
                peer, daemon = self.silent_then_killed(verdict, in_doubt="hold", in_doubt_wait="100ms")
                daemon.start()
                daemon.wait_bound("alpha")
                daemon.wait_state("job-1", "in_doubt")
                time.sleep(0.5)
                self.assertEqual(daemon.state("job-1"), "in_doubt")
                self.assertEqual(daemon.post("/v1/jobs/job-1/resolve", {"as": verdict}).status, 200)
                daemon.wait_state("job-1", *states)
                self.assertEqual(len(peer.submits), sent)
                self.assertEqual(daemon.post("/v1/jobs/job-1/resolve", {"as": verdict}).status, 409)

    def test_a_lost_link_puts_its_unanswered_in_doubt_and_a_payment_settles_them(self):
        peer = self.peer(answer=lambda submit: None)
        daemon = self.daemon({"smsc": [smsc(peer.port)], "dunning": {"in_doubt_wait": "2s"}})
        daemon.wait_bound("alpha")
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due", "account": "A"})
        wait_for(lambda: peer.submits, "the submit is there")
        peer.drop()
        daemon.wait_state("job-1", "in_doubt")
        daemon.post("/v1/payments", {"account": "A"})
        wait_for(lambda: peer.bound(), "bound again")
        time.sleep(3)
        self.assertEqual(len(peer.submits), 1)


if __name__ == "__main__":
    main()
