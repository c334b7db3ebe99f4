"""Who is left alone, what was paid of it, what is known of people: over the API and with the tool."""

import json
import time

from harness import SystemTest, main, number, smsc, wait_for

SETTLE = 0.5  # seconds in which something wrong would have left


def job(job_id, account="4711", index=1, **changes):
    return {"id": job_id, "to": number(index), "text": "Please pay", "account": account, **changes}


class People(SystemTest):
    def gate(self, **dunning):
        self.alpha = self.peer()
        daemon = self.daemon({"smsc": [smsc(self.alpha.port)], "dunning": dunning} if dunning else {"smsc": [smsc(self.alpha.port)]})
        daemon.wait_bound("alpha")
        return daemon

    def test_a_hold_keeps_what_comes_until_it_is_released(self):
        daemon = self.gate()
        held = daemon.post("/v1/holds", {"account": "4711", "reason": "dispute"})
        self.assertEqual(held.status, 201, held)
        daemon.accepted(job("a"), job("b", "4712", 2))
        daemon.wait_state("b", "delivered")
        self.assertEqual((daemon.state("a"), daemon.job("a")["reason"]), ("held", "dispute"))
        self.assertEqual([hold["id"] for hold in daemon.get("/v1/holds?account=4711").json["holds"]], [held.json["id"]])
        self.problem(daemon.get("/v1/holds"), 422, "missing", "account")
        daemon.kill()
        daemon.start()
        daemon.wait_bound("alpha")
        time.sleep(SETTLE)
        self.assertEqual(daemon.state("a"), "held")
        self.assertEqual(daemon.call("DELETE", f"/v1/holds/{held.json['id']}").status, 200)
        daemon.wait_state("a", "delivered")
        self.problem(daemon.call("DELETE", f"/v1/holds/{held.json['id']}"), 404, "not_found", "id")

    def test_the_tool_holds_and_releases_a_number(self):
        daemon = self.gate()
        self.assertEqual(self.tool(daemon, "hold", number(1), "--reason", "promise", "--until", "2100-01-01T00:00:00Z").returncode, 0)
        daemon.accepted(job("a"))
        self.assertEqual(daemon.state("a"), "held")
        self.assertIn("promise", self.tool(daemon, "hold", number(1)).stdout)
        self.assertIn("promise", self.tool(daemon, "consent", "show", number(1)).stdout)
        self.assertEqual(self.tool(daemon, "release", number(1)).stdout, "1 released\n")
        daemon.wait_state("a", "delivered")
        self.assertEqual(self.tool(daemon, "hold", number(1)).stdout, "no hold\n")
        self.assertEqual(self.tool(daemon, "release").returncode, 2)

    def test_caps_let_the_next_wait(self):
        daemon = self.gate(cap_number=["1/24h"])
        daemon.accepted(job("a"), job("b"), job("c", index=2))
        for job_id in ("a", "c"):
            daemon.wait_state(job_id, "delivered")
        self.assertEqual((daemon.state("b"), daemon.job("b")["reason"]), ("scheduled", "frequency_cap"))
        self.assertIn("until", daemon.job("b")["history"][-1])

    def test_a_stage_is_sent_once(self):
        daemon = self.gate()
        daemon.accepted(job("a", stage="1", due_date="2026-12-01"), job("b", stage="1", due_date="2026-12-01"))
        daemon.wait_state("a", "delivered")
        self.assertEqual((daemon.state("b"), daemon.job("b")["reason"]), ("blocked", "duplicate"))

    def test_a_part_is_paid_and_taken_back(self):
        daemon = self.gate()
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted(job("a", amount="50.00", currency="EUR", invoice="i1"))
        self.problem(daemon.post("/v1/payments", {"account": "4711", "amount": "20"}), 422, "missing", "id")
        self.problem(daemon.post("/v1/payments", {"account": "4711", "id": "p", "amount": "20", "currency": "PLN"}), 422, "bad_currency", "currency")
        paid = daemon.post("/v1/payments", {"account": "4711", "id": "p1", "amount": "20"})
        self.assertEqual((paid.status, paid.json["counts"]["cancelled"]), (200, 0), paid)
        self.assertIn("paid in part", self.tool(daemon, "paid", "4711", "--invoice", "i1", "--amount", "30", "--currency", "EUR", "--id", "p2").stdout)
        self.assertEqual((daemon.state("a"), daemon.job("a")["reason"]), ("cancelled", "paid"))
        back = json.loads(self.tool(daemon, "--json", "unpaid", "4711", "--id", "p2").stdout)
        self.assertEqual(back["released"], ["a"])
        self.assertEqual(daemon.state("a"), "ready")

    def test_numbers_that_nothing_reaches_are_listed_and_cleared(self):
        daemon = self.gate()
        self.assertEqual(self.tool(daemon, "bad-numbers", "list").stdout, "no bad number\n")
        self.alpha.answer = lambda submit: 0x0B  # ESME_RINVDSTADR
        daemon.accepted(job("a"), job("b", index=2))
        for job_id in ("a", "b"):
            daemon.wait_state(job_id, "rejected")
        listed = daemon.get("/v1/bad-numbers")
        self.assertEqual(listed.content_type, "application/x-ndjson")
        self.assertEqual([(each["number"], each["reason"], each["failures"]) for each in listed.lines],
                         [(number(1), "ESME_RINVDSTADR", 1), (number(2), "ESME_RINVDSTADR", 1)])
        csv = daemon.get("/v1/bad-numbers?format=csv")
        self.assertEqual(csv.content_type, "text/csv")
        head, first, *_ = csv.body.split("\r\n")
        self.assertEqual(head, "number,since,reason,failures")
        self.assertEqual(first, f"{number(1)},{listed.lines[0]['since']},ESME_RINVDSTADR,1")
        self.assertEqual(self.tool(daemon, "bad-numbers", "list", "--csv").stdout, csv.body.replace("\r\n", "\n"))
        self.assertIn("ESME_RINVDSTADR", self.tool(daemon, "bad-numbers", "list").stdout)
        self.problem(daemon.get("/v1/bad-numbers?format=xls"), 422, "unknown_value", "format")
        self.assertEqual(self.tool(daemon, "bad-numbers", "clear", number(1)).returncode, 0)
        self.assertEqual(self.tool(daemon, "bad-numbers", "clear", number(1)).returncode, 1)
        self.problem(daemon.call("DELETE", "/v1/bad-numbers/0601"), 422, "bad_number", "number")
        self.assertEqual([each["number"] for each in daemon.get("/v1/bad-numbers").lines], [number(2)])

    def test_a_stop_may_be_about_its_sender_alone(self):
        daemon = self.gate(optout_scope="sender")
        self.assertEqual(self.alpha.say(number(1), "STOP", "ACME"), 0)
        daemon.accepted(job("own", sender="ACME"), job("other", sender="SHOP"))
        daemon.wait_state("other", "delivered")
        self.assertEqual((daemon.state("own"), daemon.job("own")["reason"]), ("blocked", "opted_out"))
        shown = daemon.get("/v1/consents/" + number(1)).json
        self.assertEqual((shown["status"], [each["sender"] for each in shown["stopped_senders"]]), ("unset", ["ACME"]))
        self.assertIn("ACME", self.tool(daemon, "consent", "show", number(1)).stdout)
        self.alpha.say(number(1), "START", "ACME")
        daemon.accepted(job("again", sender="ACME"))
        daemon.wait_state("again", "delivered")

    def test_the_newest_values_of_a_job_are_shown(self):
        daemon = self.gate()
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted(job("a", amount="50.00", currency="EUR", invoice="i1"))
        self.assertNotIn("newest", daemon.job("a"))
        daemon.call("POST", "/v1/accounts/4711", {"invoice": "i1", "amount": "80.00", "due_date": "2026-12-24"})
        daemon.call("PATCH", "/v1/jobs/a", {"fee": "2.50"})
        shown = {each["name"]: (each["value"], each["of"]) for each in daemon.job("a")["newest"]}
        self.assertEqual(shown, {"amount": ("80.00", "invoice"), "currency": ("EUR", "invoice"), "due_date": ("2026-12-24", "invoice"), "fee": ("2.50", "job")})
        daemon.post("/v1/payments", {"account": "4711", "id": "p", "amount": "30", "invoice": "i1"})
        shown = {each["name"]: (each["value"], each["of"]) for each in daemon.job("a")["newest"]}
        self.assertEqual(shown["amount"], ("50.00", "payment"))
        printed = self.tool(daemon, "job", "show", "a").stdout
        self.assertRegex(printed, r"due_date +2026-12-24 +20\d\d-")

    def test_what_upstream_says_since(self):
        daemon = self.gate(ledger_max_age="24h")
        daemon.accepted(job("a", ledger_as_of="2026-01-01T00:00:00Z"), job("b", account="", index=2, not_before="2100-01-01T00:00:00Z", expires="2100-01-02T00:00:00Z"))
        self.assertEqual((daemon.state("a"), daemon.job("a")["reason"]), ("held", "stale_ledger"))
        self.problem(daemon.post("/v1/accounts/4711", {"fee": "-1"}), 422, "bad_amount", "fee")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        told = daemon.post("/v1/accounts/4711", {"ledger_as_of": now})
        self.assertEqual((told.status, told.json["jobs"]), (200, 1), told)
        daemon.wait_state("a", "delivered")
        self.problem(daemon.call("PATCH", "/v1/jobs/b", {"due_date": "1900-01-01"}), 422, "bad_date", "due_date")
        self.assertEqual(daemon.call("PATCH", "/v1/jobs/b", {"not_before": now}).status, 200)
        daemon.wait_state("b", "delivered")
        late = daemon.call("PATCH", "/v1/jobs/b", {"not_before": now})
        self.problem(late, 409, "too_late", "id")
        self.assertEqual(late.json["state"], "delivered")
        self.problem(daemon.call("PATCH", "/v1/jobs/none", {"fee": "1"}), 404, "not_found", "id")

    def test_marketing_needs_its_consent(self):
        daemon = self.gate()
        advert = job("a", purpose="marketing")
        self.problem(daemon.post("/v1/jobs", advert), 422, "consent_missing", "consent")
        self.assertEqual(self.tool(daemon, "consent", "allow", number(1), "--purpose", "marketing", "--basis", "prior_express", "--source", "form").returncode, 0)
        self.assertEqual(daemon.post("/v1/jobs", advert).status, 201)
        daemon.wait_state("a", "delivered")
        shown = daemon.get(f"/v1/consents/{number(1)}").json
        self.assertEqual([(each["purpose"], each["status"], each["basis"]) for each in shown["purposes"]], [("marketing", "allowed", "prior_express")])
        self.assertEqual(daemon.post("/v1/jobs", job("b", index=2, purpose="marketing", consent={"basis": "soft_opt_in", "source": "shop"})).status, 201)
        daemon.wait_state("b", "delivered")

    def test_a_person_is_forgotten_and_the_block_is_not(self):
        daemon = self.gate()
        daemon.accepted(job("a", text="Dear Malgorzata"), job("later", text="Dear Malgorzata", not_before="2100-01-01T00:00:00Z", expires="2100-01-02T00:00:00Z"))
        daemon.wait_state("a", "delivered")
        self.assertEqual(daemon.call("PUT", f"/v1/consents/{number(1)}", {"status": "blocked", "source": "letter"}).status, 200)
        forgotten = self.tool(daemon, "forget", number(1))
        self.assertEqual((forgotten.returncode, forgotten.stdout.split(",")[0]), (0, "forgotten: 2 jobs"), forgotten)
        self.assertNotIn(number(1)[1:], json.dumps([daemon.job("a"), daemon.job("later"), daemon.events()]))
        self.assertEqual(daemon.state("later"), "blocked")
        self.assertEqual(daemon.get(f"/v1/consents/{number(1)}").json["status"], "blocked")
        daemon.accepted(job("b"))
        self.assertEqual((daemon.state("b"), daemon.job("b")["reason"]), ("blocked", "opted_out"))
        wait_for(lambda: daemon.get("/v1/status").status == 200, "still there")


if __name__ == "__main__":
    main()
