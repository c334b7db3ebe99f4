"""The second promise: from the answer to a payment, a STOP, a block or a cancel on, no octet of what it covers is sent."""

import threading
import time

from harness import SystemTest, main, number, wait_for

SETTLE = 0.5  # seconds in which something wrong would have left


def jobs(count, text="Please pay", **changes):
    return [{"id": f"job-{i}", "to": number(i), "text": text, "account": f"A-{i}", **changes} for i in range(count)]


class Stopped(SystemTest):
    def sent_to(self, peer, index):
        return peer.destinations()[number(index)]

    def test_a_payment_cancels_what_is_queued_and_what_comes_later_for_it(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted(*jobs(3), {"id": "receipt", "to": number(1), "text": "Thank you", "account": "A-1", "kind": "receipt"})
        paid = daemon.post("/v1/payments", {"account": "A-1"})
        self.assertEqual(paid.status, 200, paid)
        self.assertEqual((paid.json["cancelled"], paid.json["under_way"], paid.json["sent"]), (["job-1"], [], []))
        self.assertEqual((daemon.state("job-1"), daemon.job("job-1")["reason"]), ("cancelled", "paid"))
        daemon.post("/v1/links/alpha/resume")
        for job_id in ("job-0", "job-2", "receipt"):
            daemon.wait_state(job_id, "delivered")
        time.sleep(SETTLE)
        self.assertEqual([submit.text for submit in peer.submits if submit.destination == number(1)[1:]], ["Thank you"])
        self.assertIn("paid", [event["type"] for event in daemon.events()])

    def test_a_payment_names_what_is_under_way_and_what_was_sent(self):
        peer = self.peer(answer=lambda submit: None if submit.text == "slow" else 0)
        daemon = self.gateway(peer, window=2)
        daemon.accepted({"id": "sent", "to": number(1), "text": "quick", "account": "A"})
        daemon.wait_state("sent", "delivered")
        daemon.accepted(*({"id": f"slow-{i}", "to": number(i), "text": "slow", "account": "A"} for i in range(5)))
        wait_for(lambda: len(peer.submits) == 3, "the window is full")
        told = daemon.post("/v1/payments", {"account": "A"}).json
        self.assertEqual((sorted(told["under_way"]), sorted(told["cancelled"]), told["sent"]),
                         (["slow-0", "slow-1"], ["slow-2", "slow-3", "slow-4"], ["sent"]))
        peer.drop()
        wait_for(lambda: peer.binds >= 2 and peer.bound(), "bound again")
        for i in range(5):
            daemon.wait_state(f"slow-{i}", "cancelled", "unknown")
        self.assertEqual(len(peer.submits), 3)  # no retry, no resend of what is paid

    def test_a_payment_with_an_invoice_leaves_the_others(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted(*({"id": f"i-{i}", "to": number(i), "text": "due", "account": "A", "invoice": f"I-{i}"} for i in (1, 2)))
        self.assertEqual(daemon.post("/v1/payments", {"account": "A", "invoice": "I-1"}).json["cancelled"], ["i-1"])
        daemon.post("/v1/links/alpha/resume")
        daemon.wait_state("i-2", "delivered")
        self.assertEqual(self.sent_to(peer, 1), 0)

    def test_a_payment_in_the_middle_of_a_campaign_is_the_last_word(self):
        """Payments race with the sending; whatever was not sent before the answer is never sent after it."""
        peer = self.peer()
        daemon = self.gateway(peer, throughput=100)
        daemon.accepted(*jobs(300))
        wait_for(lambda: len(peer.submits) > 30, "the campaign runs")
        seen, told = {}, {}
        for i in range(299, 99, -10):
            told[i] = daemon.post("/v1/payments", {"account": f"A-{i}"}).json
            time.sleep(0.01)
            seen[i] = self.sent_to(peer, i)
        wait_for(lambda: sum(daemon.counts().get(state, 0) for state in ("delivered", "cancelled")) == 300, "all 300 have ended")
        cancelled = [i for i in seen if told[i]["cancelled"]]
        self.assertGreater(len(cancelled), 0)
        for i in seen:
            self.assertEqual(self.sent_to(peer, i), seen[i], f"job-{i} was sent after its payment: {told[i]}")
            self.assertEqual(self.sent_to(peer, i) == 0, bool(told[i]["cancelled"]), told[i])
        peer.check()

    def test_stop_blocks_the_number_before_it_is_answered(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.accepted({"id": "first", "to": number(7), "text": "Please pay", "account": "A"})
        daemon.wait_state("first", "delivered")
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted({"id": "second", "to": number(7), "text": "Please pay!", "account": "A"})
        follower = self.follow(daemon)
        self.assertEqual(peer.say(number(7), "stop"), 0)
        consent = daemon.get("/v1/consents/" + number(7)).json
        self.assertEqual((consent["status"], consent["number"]), ("blocked", number(7)))
        self.assertEqual((daemon.state("second"), daemon.job("second")["reason"]), ("blocked", "opted_out"))
        reply = follower.wait(lambda event: event["type"] == "replied", "the reply is an event")[0]
        self.assertEqual((reply["from"], reply["to"], reply["text"], reply["intent"], reply["job"]),
                         (number(7), "12345", "stop", "opt_out", "first"))
        follower.wait(lambda event: event["type"] == "opted_out", "opted_out")
        daemon.post("/v1/links/alpha/resume")
        time.sleep(SETTLE)
        self.assertEqual(self.sent_to(peer, 7), 1)
        # and what comes later is blocked too
        daemon.submit({"id": "third", "to": number(7), "text": "Please", "account": "B"})
        daemon.wait_state("third", "blocked")

    def test_stop_in_every_language_and_no_other_word(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        for i, word in enumerate(("STOP", " Stop. ", "ARRÊT", "sair", "STOPP", "Basta", "REZYGNUJĘ", "baja", "AFMELDEN", "unsubscribe")):
            with self.subTest(word):
                self.assertEqual(peer.say(number(100 + i), word), 0)
                self.assertEqual(daemon.get("/v1/consents/" + number(100 + i)).json["status"], "blocked")
        for i, text in enumerate(("I will stop by tomorrow", "no", "the bus stop", "fine", "ok")):
            with self.subTest(text):
                self.assertEqual(peer.say(number(200 + i), text), 0)
                answer = daemon.get("/v1/consents/" + number(200 + i))
                self.assertTrue(answer.status == 404 or answer.json["status"] != "blocked", answer)
        self.assertEqual([event["intent"] for event in daemon.events() if event["type"] == "replied"].count("opt_out"), 10)
        peer.check()

    def test_a_stop_is_lifted_by_start_and_not_by_a_clerk_without_a_reason(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        place = "/v1/consents/" + number(7)
        peer.say(number(7), "STOP")
        self.problem(daemon.call("PUT", place, {"status": "allowed", "source": "clerk"}), 409, "conflict")
        self.assertEqual(daemon.call("DELETE", place).status, 409)
        self.assertEqual(daemon.get(place).json["status"], "blocked")
        self.assertEqual(peer.say(number(7), "START"), 0)
        self.assertEqual(daemon.get(place).json["status"], "allowed")
        peer.say(number(7), "STOP")
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 5))
        allowed = daemon.call("PUT", place, {"status": "allowed", "source": "clerk", "at": later, "override": "asked on the phone"})
        self.assertEqual(allowed.status, 200, allowed)
        self.assertEqual(len(daemon.get(place).json["history"]), 4)

    def test_a_block_by_the_api_stops_what_is_queued_and_survives_a_restart(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted(*jobs(2))
        self.assertEqual(daemon.call("PUT", "/v1/consents/" + number(1), {"status": "blocked", "source": "letter"}).status, 200)
        daemon.restart()
        daemon.post("/v1/links/alpha/resume")
        daemon.wait_state("job-0", "delivered")
        self.assertEqual(daemon.state("job-1"), "blocked")
        self.assertEqual(self.sent_to(peer, 1), 0)

    def test_a_cancel_in_flight_takes_back_what_waits_for_pace(self):
        peer = self.peer()
        daemon = self.gateway(peer, throughput=20)
        daemon.accepted(*jobs(60))
        cancelled, late = [], []

        def cancel(i):
            (cancelled if daemon.call("DELETE", f"/v1/jobs/job-{i}").status == 200 else late).append(i)

        threads = [threading.Thread(target=cancel, args=(i,)) for i in range(0, 60, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_for(lambda: sum(daemon.counts().get(state, 0) for state in ("delivered", "cancelled")) == 60, "all 60 have ended")
        self.assertGreater(len(cancelled), 0)
        for i in cancelled:
            self.assertEqual(self.sent_to(peer, i), 0, f"job-{i} was sent though its cancel said 200")
        for i in late:
            self.assertEqual(self.sent_to(peer, i), 1)

    def test_a_reply_without_a_job_is_kept_too(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        self.assertEqual(peer.say("+447700900999", "Who are you? ąę"), 0)
        reply, = (event for event in daemon.events() if event["type"] == "replied")
        self.assertEqual((reply["from"], reply["text"], reply.get("job")), ("+447700900999", "Who are you? ąę", None))


if __name__ == "__main__":
    main()
