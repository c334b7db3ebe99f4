"""A clerk asks why something was sent or not: of jobs in every plight, an account, a number, and of another time. At any hour of any day."""

import datetime
import pathlib

from harness import SystemTest, main, number, smsc

UTC = datetime.timezone.utc
ALWAYS = """
[[rule]]
name = "GB, always"
country = "GB"
purpose = ["billing", "collection", "marketing"]
hours = ["mon-sun 00:00-24:00"]
holidays = true
from = 2020-01-01
source = "a test's"
"""


def job(job_id, index=1, **changes):
    return {"id": job_id, "to": number(index), "text": "Please pay", **changes}


def later(**away):
    return (datetime.datetime.now(UTC) + datetime.timedelta(**away)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Explain(SystemTest):
    def gate(self, **dunning):
        self.alpha = self.peer()
        self.daemon_ = self.daemon({"smsc": [smsc(self.alpha.port)], "dunning": {"countries": "countries.toml", **dunning}}, start=False)
        (pathlib.Path(self.daemon_.directory) / "countries.toml").write_text(ALWAYS)
        self.daemon_.start()
        self.daemon_.wait_bound("alpha")
        return self.daemon_

    def told(self, what, **query):
        answer = self.daemon_.get(f"/v1/explain?of={what}" + "".join(f"&{name}={value}" for name, value in query.items()))
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def gates(self, job_id):
        return {gate["gate"]: gate for gate in self.told(job_id)["job"]["next"]["gates"]}

    def clerk(self, *words, code=0):
        run = self.tool(self.daemon_, "explain", *words)
        self.assertEqual(run.returncode, code, (words, run.stdout, run.stderr))
        return run.stdout if code == 0 else run.stderr

    def test_what_was_sent_has_its_decision_and_its_rule(self):
        daemon = self.gate(default_country="GB")
        daemon.accepted(job("a", account="4711"))
        daemon.wait_state("a", "delivered")
        told = self.told("a")["job"]
        self.assertTrue(told["sent"])
        self.assertNotIn("next", told)
        self.assertEqual(told["text"], "Please pay")
        self.assertEqual(told["time_zone"], "Europe/London")
        self.assertEqual((told["decided"]["rule"], told["decided"]["source"]), ("GB, always", "countries.toml, line 2: a test's"))
        self.assertRegex(told["decided"]["local"], r"^20\d\d-.*[+]0[01]:00$")
        self.assertEqual([step["state"] for step in told["history"]], ["ready", "submitted", "delivered"])
        shown = self.clerk("a")
        self.assertIn("it was sent; it is delivered", shown)
        self.assertRegex(shown, r"let go")
        self.assertRegex(shown, r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d [+]0[01]:00 [(]20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ[)]")
        # The number, as it is written there, and the account.
        self.assertIn("was sent", self.clerk(number(1)))
        national = "0" + number(1)[3:]
        self.assertEqual(self.told(national)["number"], number(1))
        self.assertEqual([each["id"] for each in self.told("4711", at=later(days=1))["jobs"]], ["a"])

    def test_what_waits_is_blocked_paid_held_or_capped_says_why(self):
        daemon = self.gate(cap_account=["1/24h"])
        daemon.accepted(job("sent", account="C"))
        daemon.wait_state("sent", "delivered")
        daemon.accepted(job("capped", account="C"))
        daemon.accepted(job("scheduled", 2, account="S", not_before=later(hours=2)))
        daemon.accepted(job("paid", 3, account="P", not_before=later(hours=2)))
        self.assertEqual(daemon.post("/v1/payments", {"account": "P"}).status, 200)
        self.assertEqual(daemon.post("/v1/holds", {"account": "H", "reason": "dispute", "until": later(hours=3)}).status, 201)
        daemon.accepted(job("held", 4, account="H"))
        blocked = {"status": "blocked", "source": "letter"}
        self.assertEqual(daemon.call("PUT", f"/v1/consents/{number(5)}", blocked).status, 200)
        daemon.accepted(job("blocked", 5))

        gates = self.gates("capped")
        self.assertEqual((gates["cap"]["verdict"], gates["cap"]["reason"]), ("wait", "frequency_cap"))
        self.assertIn("account: 1 of 1 in ", gates["cap"]["detail"])
        self.assertEqual(self.gates("scheduled")["not_before"]["reason"], "not_before")
        self.assertEqual((self.gates("paid")["payment"]["verdict"], self.gates("paid")["payment"]["source"]), ("cancel", "payment of account P"))
        held = self.told("held")["job"]["next"]
        self.assertEqual((held["decision"], held["reason"], held["gate"]), ("hold", "dispute", "hold"))
        self.assertEqual(self.gates("blocked")["block"]["source"], "consent of the number, from: letter")
        self.assertEqual(list(self.gates("held")), ["payment", "campaign", "block", "hold", "silence", "expiry", "ledger", "stage", "cap", "consent", "not_before", "calendar", "text", "state", "route"])

        self.assertIn("it is held until", self.clerk("held"))
        self.assertIn("it would be sent", self.clerk("held", "--at", later(hours=4)))
        self.assertIn("it would be sent", self.clerk("scheduled", "--at", later(hours=2, minutes=1)))
        self.assertIn("not_before", self.clerk("scheduled", "--at", later(hours=1)))
        self.assertIn("it is not sent: paid", self.clerk("paid"))
        self.assertIn("it is not sent: opted_out", self.clerk("blocked"))
        self.assertIn("dispute", self.clerk("H"))
        self.assertIn("letter", self.clerk(number(5)))
        preview = self.tool(daemon, "preview", "-", stdin='{"id": "new", "to": "%s", "text": "Grüße", "account": "H"}' % number(4)).stdout
        self.assertIn("Grüße", preview)
        self.assertRegex(preview, r"(?m)^hold +hold +dispute until ")
        self.assertEqual(self.told("held")["job"]["state"], "held")  # nothing of this changed anything

    def test_the_newest_jobs_of_a_number_are_told_and_that_there_are_more(self):
        daemon = self.gate()
        daemon.accepted(*(job(f"n{i}", not_before=later(hours=1)) for i in range(25)))
        told = self.told(number(1))
        self.assertEqual([each["id"] for each in told["jobs"]], [f"n{i}" for i in range(24, 4, -1)])
        self.assertTrue(told["more"])
        self.assertIn("only the newest 20", self.clerk(number(1)))

    def test_what_can_not_be_answered_is_refused_with_where_and_why(self):
        daemon = self.gate()
        daemon.accepted(job("a", account="a"))
        self.assertIn("not_found", self.clerk("nobody", code=1))
        self.assertIn("not_found", self.clerk(number(9), code=1))
        self.assertIn("not_found", self.clerk("b", "--as", "account", code=1))
        self.assertIn("bad_number", self.clerk("a", "--as", "number", code=1))
        self.assertIn("bad_number", self.clerk("+4812", code=1))
        self.assertIn("bad_time", self.clerk("a", "--at", "tomorrow", code=1))
        self.assertIn("out_of_range", self.clerk("a", "--at", "2199-01-01T00:00:00Z", code=1))
        self.clerk(code=2)
        self.assertIn("account", self.told("a")["job"])
        self.assertEqual(daemon.get("/v1/explain?account=a").json["account"], "a")
        self.problem(daemon.get("/v1/explain"), 422, "missing", "of")
        self.problem(daemon.get("/v1/explain?job=a&account=a"), 422, "missing", "of")
        self.problem(daemon.get("/v1/explain?job=a&when=now"), 400, "unknown_parameter")


if __name__ == "__main__":
    main()
