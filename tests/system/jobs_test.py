"""A job from its acceptance to its receipt, and what is refused on the way in."""

import json
import socket
import time

from harness import SystemTest, main, number, smsc, wait_for


def job(index, **changes):
    return {"id": f"job-{index}", "to": number(index), "text": f"Invoice {index} is due", **changes}


class Life(SystemTest):
    def test_a_job_is_accepted_submitted_and_delivered_in_that_order(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        follower = self.follow(daemon)
        answer = daemon.post("/v1/jobs", job(1, account="A-1", invoice="I-1", campaign="autumn"))
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual(answer.json, {"id": "job-1", "status": "accepted"})

        delivered = follower.wait(lambda event: event["type"] == "delivered", "delivered")[0]
        self.assertEqual(follower.of("job-1"), ["accepted", "submitted", "delivered"])
        self.assertEqual([event["seq"] for event in follower.events], list(range(1, len(follower.events) + 1)))
        self.assertEqual({key: delivered.get(key) for key in ("job", "account", "invoice", "campaign", "state")},
                         {"job": "job-1", "account": "A-1", "invoice": "I-1", "campaign": "autumn", "state": "delivered"})

        submit, = peer.submits
        self.assertEqual((submit.destination, submit.dest_ton, submit.dest_npi), ("447700900001", 1, 1))
        self.assertEqual((submit.source, submit.source_ton, submit.source_npi), ("ACME", 5, 0))
        self.assertEqual((submit.text, submit.registered_delivery & 3), ("Invoice 1 is due", 1))

        told = daemon.job("job-1")
        self.assertEqual((told["state"], told["to"], told["account"], told["kind"]), ("delivered", number(1), "A-1", "reminder"))
        segment, = told["segments"]
        self.assertEqual((segment["smsc"], segment["message_id"], segment["state"]), ("alpha", submit.message_id, "delivered"))
        self.assertEqual([step["state"] for step in told["history"]][-2:], ["submitted", "delivered"])
        peer.check()

    def test_texts_arrive_as_they_were_written(self):
        texts = {
            "gsm7": "{£5} and €10 [due] ~ ñ ü à Ç",
            "ucs2": "Zażółć gęślą jaźń: 120,50 zł",
            "surrogates": "Danke 🙏 und bis bald",
            "long": "Please pay invoice 4711 by Friday. " * 12,
            "long ucs2": "Prosimy o zapłatę 🙏 do piątku. " * 8,
        }
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.accepted(*(job(i, id=name, text=text) for i, (name, text) in enumerate(texts.items())))
        for name in texts:
            daemon.wait_state(name, "delivered")
        for i, (name, text) in enumerate(texts.items()):
            parts = [submit for submit in peer.submits if submit.destination == number(i).lstrip("+")]
            with self.subTest(name):
                self.assertEqual("".join(part.text for part in parts), text)
                self.assertEqual([part.part for part in parts], list(range(1, len(parts) + 1)))
                self.assertEqual({part.parts for part in parts}, {len(parts)})
                self.assertEqual(len({part.reference for part in parts}), 1)
                self.assertEqual(len({part.session for part in parts}), 1)
                self.assertEqual(len(daemon.job(name)["segments"]), len(parts))
        self.assertEqual([submit.data_coding for submit in peer.submits if submit.destination == number(0).lstrip("+")], [0])
        peer.check()

    def test_national_tables_carry_what_would_be_ucs2(self):
        text = "Sayın müşterimiz, 120,50 TL tutarındaki faturanızın ödemesi gecikmiştir. Lütfen en kısa sürede ödeyiniz."
        peer = self.peer()
        daemon = self.gateway(peer, shift_tables=["turkish"])
        daemon.accepted(job(1, text=text), job(2, text=text * 2))
        for i, segments in ((1, 1), (2, 2)):
            daemon.wait_state(f"job-{i}", "delivered")
            parts = [submit for submit in peer.submits if submit.destination == number(i).lstrip("+")]
            self.assertEqual("".join(part.text for part in parts), text * i)
            self.assertEqual([(part.data_coding, len(part.tables)) for part in parts], [(0, 1)] * segments)
        told = daemon.post("/v1/preview", job(3, text=text)).json
        self.assertEqual((told["encoding"], told["segments"], told["smsc"]), ("gsm7", 1, "alpha"))
        self.assertIn(told["shift_tables"], (["turkish locking"], ["turkish single"]))
        peer.check()

    def test_what_lossy_replaced_is_told(self):
        peer = self.peer()
        daemon = self.gateway(peer, transliterate="lossy", encoding="gsm7")
        daemon.accepted(job(1, text="Zapłać 120,50 zł"))
        daemon.wait_state("job-1", "delivered")
        self.assertEqual(peer.submits[0].text, "Zaplac 120,50 zl")
        told = daemon.post("/v1/preview", job(2, text="Zapłać 120,50 zł")).json
        self.assertEqual(told["replaced"], ['U+0142 → "l" at character 4, 2 times', 'U+0107 → "c" at character 6'])
        self.problem(daemon.post("/v1/jobs", job(3, text="Zapłać na płać.pl")), 422, "not_encodable", "text")
        self.problem(daemon.post("/v1/jobs", job(4, text="Zapłać", transliterate="none")), 422, "not_encodable", "text")
        peer.check()

    def test_typographic_signs_are_folded_and_cost_no_segment(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.accepted(job(1, text="It\u2019s \u201cdue\u201d: 1\u202f234,50\u00a0EUR"))
        daemon.wait_state("job-1", "delivered")
        self.assertEqual((peer.submits[0].text, peer.submits[0].data_coding), ("It's \"due\": 1 234,50 EUR", 0))
        peer.check()

    def test_several_segments_become_one_outcome(self):
        peer = self.peer(receipt=lambda submit: "UNDELIV" if submit.part == 2 else "DELIVRD")
        daemon = self.gateway(peer)
        follower = self.follow(daemon)
        daemon.accepted(job(1, text="x" * 400))
        follower.wait(lambda event: event["type"] == "undelivered", "one outcome of three segments")
        self.assertEqual(follower.of("job-1"), ["accepted", "submitted", "undelivered"])
        self.assertEqual(sorted(segment["state"] for segment in daemon.job("job-1")["segments"]), ["delivered", "delivered", "undelivered"])

    def test_a_job_for_later_waits_and_expires_when_its_time_is_over(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        stamp = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        daemon.accepted(job(1, not_before=stamp(3600)), job(2, not_before=stamp(2)))
        self.assertEqual(daemon.state("job-1"), "scheduled")
        daemon.wait_state("job-2", "delivered")
        self.assertEqual(daemon.state("job-1"), "scheduled")

        daemon.post("/v1/links/alpha/pause")
        daemon.accepted(job(3, expires=stamp(2)))
        daemon.wait_state("job-3", "expired")
        self.assertEqual(peer.destinations(), {number(2): 1})

    def test_a_refusing_smsc_ends_the_job_and_a_temporary_refusal_does_not(self):
        tries = {}

        def answer(submit):
            tries[submit.destination] = tries.get(submit.destination, 0) + 1
            if submit.destination.endswith("1"):
                return 0x0B  # ESME_RINVDSTADR
            return 0x64 if tries[submit.destination] == 1 else 0  # ESME_RX_T_APPN once

        peer = self.peer(answer=answer)
        daemon = self.gateway(peer)
        follower = self.follow(daemon)
        daemon.accepted(job(1), job(2))
        daemon.wait_state("job-1", "rejected")
        follower.wait(lambda event: event["type"] == "delivered" and event["job"] == "job-2", "job-2 is tried again", seconds=50)
        self.assertEqual(follower.of("job-1"), ["accepted", "rejected", "number_bad"])
        self.assertEqual(follower.of("job-2"), ["accepted", "retrying", "submitted", "delivered"])
        self.assertEqual(tries, {number(1)[1:]: 1, number(2)[1:]: 2})


class Refusals(SystemTest):
    def setUp(self):
        super().setUp()
        self.gate = self.daemon({"smsc": [smsc(1)]})  # nobody listens on port 1: nothing is sent

    def test_the_same_job_again_is_a_duplicate_and_another_under_its_id_a_conflict(self):
        self.assertEqual(self.gate.post("/v1/jobs", job(1)).status, 201)
        again = self.gate.post("/v1/jobs", job(1))
        self.assertEqual((again.status, again.json), (200, {"id": "job-1", "status": "duplicate"}))
        self.problem(self.gate.post("/v1/jobs", job(1, text="something else")), 409, "conflict")
        self.assertEqual(len(self.gate.events()), 1)

    def test_each_refused_job_names_its_field_and_code(self):
        wrong = {
            "unknown_field": ("colour", {"colour": "red"}),
            "bad_number": ("to", {"to": "not a number"}),
        }
        for code, (field, change) in wrong.items():
            with self.subTest(code):
                self.problem(self.gate.post("/v1/jobs", job(1, **change)), 422, code, field)
        for field, change in {"id": {"id": ""}, "text": {"text": ""}, "kind": {"kind": "threat"}, "priority": {"priority": 9},
                              "due_date": {"due_date": "2026-13-01"}, "expires": {"expires": "tomorrow"},
                              "amount": {"amount": "12,5", "currency": "EUR"}}.items():
            with self.subTest(field):
                answer = self.gate.post("/v1/jobs", job(1, **change))
                self.assertEqual(answer.status, 422, answer)
                self.assertEqual(answer.json["field"], field)
        for missing in ("id", "to", "text"):
            with self.subTest(missing=missing):
                body = job(1)
                del body[missing]
                answer = self.gate.post("/v1/jobs", body)
                self.assertEqual(answer.status, 422, answer)
        self.assertEqual(self.gate.call("POST", "/v1/jobs", "{not json").status, 400)
        self.assertEqual(self.gate.events(), [])

    def test_ndjson_answers_each_line_in_order_and_the_good_ones_go_on(self):
        lines = [job(1), job(2, colour="red"), job(1), job(3), job(1, text="other")]
        answers = self.gate.submit(*lines)
        self.assertEqual([(answer["line"], answer["status"]) for answer in answers],
                         [(1, "accepted"), (2, "rejected"), (3, "duplicate"), (4, "accepted"), (5, "rejected")])
        self.assertEqual(answers[1]["id"], "job-2")
        self.assertEqual((answers[1]["error"]["code"], answers[1]["error"]["field"]), ("unknown_field", "colour"))
        self.assertEqual(answers[4]["error"]["code"], "conflict")
        self.assertTrue(answers[1]["error"]["detail"])
        self.assertEqual([event["job"] for event in self.gate.events()], ["job-1", "job-3"])

    def test_refused_only_tells_the_refusals_and_the_sums(self):
        body = "".join(json.dumps(line) + "\n" for line in (job(1), job(2, colour="red"), job(1)))
        lines = self.gate.call("POST", "/v1/jobs?answer=refused", body, "application/x-ndjson").lines
        self.assertEqual([line.get("line") for line in lines], [2, None])
        self.assertEqual(lines[-1], {"accepted": 1, "duplicate": 1, "rejected": 1})

    def test_a_body_cut_off_mid_line_loses_only_that_line(self):
        whole = json.dumps(job(1)) + "\n" + json.dumps(job(2)) + "\n"
        cut = json.dumps(job(3))[:-9]
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(30)
            client.connect(self.gate.socket)
            octets = (whole + cut).encode()
            client.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                           + f"Content-Length: {len(octets) + 100}\r\n\r\n".encode() + octets)
            client.shutdown(socket.SHUT_WR)
            while client.recv(4096):
                pass
        wait_for(lambda: len(self.gate.events()) == 2, "the two whole lines are accepted")
        self.assertEqual([event["job"] for event in self.gate.events()], ["job-1", "job-2"])
        self.problem(self.gate.get("/v1/jobs/job-3"), 404, "not_found")

    def test_ids_travel_in_paths(self):
        for job_id in ("camp/A-1/I 2/st", "plus+plus", "ünï", "100%"):
            with self.subTest(job_id):
                self.gate.accepted(job(1, id=job_id))
                self.assertEqual(self.gate.job(job_id)["id"], job_id)

    def test_a_queued_job_is_cancelled_once(self):
        self.gate.accepted(job(1))
        self.assertEqual(self.gate.call("DELETE", "/v1/jobs/job-1").status, 200)
        self.assertEqual(self.gate.job("job-1")["reason"], "cancelled")
        late = self.gate.call("DELETE", "/v1/jobs/job-1")
        self.assertEqual(late.status, 409, late)
        self.assertIn("cancelled", late.body)
        self.problem(self.gate.call("DELETE", "/v1/jobs/nobody"), 404, "not_found")
        self.assertEqual([event["type"] for event in self.gate.events()], ["accepted", "cancelled"])

    def test_unknown_paths_and_methods_are_problems(self):
        self.assertEqual(self.gate.get("/v1/nothing").status, 404)
        self.assertEqual(self.gate.call("PUT", "/v1/jobs", "{}").status, 405)
        self.assertEqual(self.gate.call("POST", "/v1/jobs", "id=1", "application/x-www-form-urlencoded").status, 415)

    def test_a_preview_stores_nothing(self):
        told = self.gate.post("/v1/preview", job(1, text="Zażółć " * 20)).json
        self.assertEqual((told["encoding"], told["segments"], len(told["parts"])), ("ucs2", 3, 3))
        self.assertEqual("".join(told["parts"]), "Zażółć " * 20)
        self.problem(self.gate.get("/v1/jobs/job-1"), 404, "not_found")
        self.assertEqual(self.gate.events(), [])

    def test_a_consumer_goes_on_where_it_acknowledged(self):
        self.gate.accepted(*(job(i) for i in range(1, 6)))
        self.assertEqual(self.gate.post("/v1/consumers/billing", {"ack": 3}).status, 200)
        lines = self.gate.get("/v1/events?consumer=billing").lines
        self.assertEqual([event["seq"] for event in lines], [4, 5])
        self.assertEqual(self.gate.metric('dunlin_consumer_lag_events{consumer="billing"}'), 2)
        self.gate.restart()
        self.assertEqual([event["seq"] for event in self.gate.get("/v1/events?consumer=billing").lines], [4, 5])


if __name__ == "__main__":
    main()
