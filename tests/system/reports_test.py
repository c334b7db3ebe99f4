"""Reports: a small campaign with receipts, replies, payments and a place on the call list, through a kill; each figure, over the API and with the tool."""

import csv
import io
import json
import os
import time

from harness import SystemTest, main, number, smsc, wait_for

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
LONG = "Please pay what is due. " * 8  # two segments
FAR = 1000  # numbers from here on go where no text arrives


def job(index, **changes):
    return {"id": f"j{index}", "to": number(index), "text": "Please pay", "account": f"A-{index}", "amount": "50.00", "currency": "GBP",
            "campaign": "nov", "stage": "first", "locale": "en", **changes}


class Reports(SystemTest):
    def gate(self):
        self.alpha = self.simulator("--receipt-delay", "50ms")
        self.beta = self.simulator("--receipt-delay", "50ms", "--receipt-stat", "UNDELIV=1", name="beta")
        daemon = self.daemon({
            "smsc": [smsc(self.alpha.port), smsc(self.beta.port, "beta")],
            "route": [{"name": "all", "prefix": ["+"], "smsc": ["alpha"], "price": "0.0740", "currency": "GBP"},
                      {"name": "far", "prefix": ["+447400"], "smsc": ["beta"], "price": "1.5", "currency": "EUR"}],
        }, start=False)
        with open(os.path.join(ROOT, "conf", "replies.toml"), encoding="utf-8") as file:
            shipped = file.read()
        with open(os.path.join(daemon.directory, "replies.toml"), "w", encoding="utf-8") as file:
            file.write(shipped)
        daemon.start()
        daemon.wait_bound("alpha", "beta")
        return daemon

    def report(self, daemon, query=""):
        answer = daemon.get("/v1/reports/jobs" + query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def replied(self, daemon, texts):
        for index, text in texts:
            self.alpha.say(number(index), text)
        wait_for(lambda: sum(event["type"] == "replied" for event in daemon.events()) == len(texts), "the replies")

    def figures(self, row, *names):
        return {name: row[name] for name in names}

    def test_each_figure_of_a_campaign(self):
        daemon = self.gate()
        self.assertEqual(daemon.call("PUT", f"/v1/consents/{number(13)}", {"status": "blocked", "source": "letter"}).status, 200)
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        daemon.accepted(*[job(index) for index in range(1, 11)], job(11, text=LONG), job(12, stage="second", escalate_after="1s"),
                        job(13), job(14, not_before=later), job(FAR + 1), job(FAR + 2, kind="news"))
        for index in range(1, 13):
            daemon.wait_state(f"j{index}", "delivered")
        daemon.wait_state(f"j{FAR + 1}", "undelivered")
        daemon.wait_state(f"j{FAR + 2}", "undelivered")

        self.replied(daemon, [(1, "STOP"), (1, "STOP"), (2, "thanks"), (3, "wrong number"), (4, "call me"), (5, "I paid it already")])
        yesterday = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 86400))
        for account in ("A-5", "A-6", "A-7", "A-14"):
            self.assertEqual(self.tool(daemon, "paid", account).returncode, 0)
        self.assertEqual(self.tool(daemon, "paid", "A-5").returncode, 0)  # told twice
        self.assertEqual(self.tool(daemon, "unpaid", "A-7").returncode, 0)
        self.assertEqual(daemon.post("/v1/payments", {"account": "A-8", "paid_at": yesterday}).status, 200)  # before its text
        self.assertEqual(self.tool(daemon, "unpaid", "A-14").returncode, 0)  # it waits again, and counts nowhere yet
        self.assertEqual(self.tool(daemon, "paid", "A-14").returncode, 0)
        wait_for(lambda: any(event["type"] == "escalated" for event in daemon.events()), "an escalation")
        daemon.kill()
        daemon.start()
        wait_for(lambda: self.report(daemon)["total"]["called"] == 2, "who came to be phoned is counted")

        report = self.report(daemon, "?campaign=nov&by=stage")
        self.assertEqual([row["stage"] for row in report["rows"]], ["first", "second"])
        first, second = report["rows"]
        self.assertEqual(self.figures(first, "jobs", "submitted", "delivered", "undelivered", "blocked", "cancelled", "paid_before"),
                         {"jobs": 15, "submitted": 13, "delivered": 11, "undelivered": 2, "blocked": 1, "cancelled": 1, "paid_before": 1})
        self.assertEqual(self.figures(first, "expired", "rejected", "failed", "unknown"), {"expired": 0, "rejected": 0, "failed": 0, "unknown": 0})
        self.assertEqual(self.figures(first, "owing", "paid_48h", "paid_final"), {"owing": 12, "paid_48h": 2, "paid_final": False})
        self.assertEqual(first["replies"], {"opt_out": 2, "paid": 1, "call_me": 1, "wrong_number": 1, "acknowledgement": 1})
        self.assertEqual(self.figures(first, "opt_outs", "wrong_numbers", "called"), {"opt_outs": 1, "wrong_numbers": 1, "called": 1})
        self.assertEqual(self.figures(first, "segments", "segments_unpriced"), {"segments": 14, "segments_unpriced": 0})
        self.assertEqual(first["cost"], {"GBP": "0.8880", "EUR": "3.0"})
        self.assertEqual(self.figures(second, "jobs", "submitted", "delivered", "called", "owing", "paid_48h"),
                         {"jobs": 1, "submitted": 1, "delivered": 1, "called": 1, "owing": 1, "paid_48h": 0})
        self.assertEqual(report["total"]["submitted"], 14)
        self.assertEqual(report["total"]["cost"], {"GBP": "0.9620", "EUR": "3.0"})
        self.assertEqual(len(self.alpha.accepted()) + len(self.beta.accepted()), report["total"]["segments"])

        self.check_tool(daemon, report)
        daemon.stop()
        doctor = self.tool(daemon, "doctor", "--config", str(daemon.config))
        self.assertEqual(doctor.returncode, 0, doctor)

    def check_tool(self, daemon, report):
        shown = self.tool(daemon, "report", "--campaign", "nov", "--by", "stage")
        self.assertEqual(shown.returncode, 0, shown)
        self.assertTrue(all(len(line) <= 80 for line in shown.stdout.splitlines()), shown.stdout)
        self.assertTrue(shown.stdout.isascii())
        self.assertRegex(shown.stdout, r"STAGE +SENT +DELIVERED +PAID 48H +FAILED +BLOCK +REPLY +STOP +CALL\n")
        self.assertRegex(shown.stdout, r"first +13 +#+\.+ +85% +#+\.+ +17%\+ +2 +1 +6 +1 +1\n")
        self.assertRegex(shown.stdout, r"second +1 +#+ 100% +\.+ +0%\+ +0 +0 +0 +0 +1\n")
        self.assertRegex(shown.stdout, r"paid in 48 h: +2 of 13 that owe, 15\.4% so far\n")
        self.assertRegex(shown.stdout, r"cost: +3\.0 EUR, 0\.9620 GBP\n")
        self.assertEqual(json.loads(self.tool(daemon, "--json", "report", "--campaign", "nov", "--by", "stage").stdout), report)
        rows = list(csv.DictReader(io.StringIO(self.tool(daemon, "report", "--by", "day,campaign,stage", "--csv").stdout)))
        self.assertEqual(sum(int(row["submitted"]) for row in rows), 14)
        self.assertEqual(sum(int(row["replied_opt_out"]) for row in rows), 2)
        self.assertEqual({row["campaign"] for row in rows}, {"nov"})
        self.assertIn("nothing was sent", self.tool(daemon, "report", "--campaign", "none").stdout)
        self.assertEqual(self.tool(daemon, "report", "--by", "week").returncode, 2)
        self.assertEqual(self.tool(daemon, "report", "--from", "yesterday").returncode, 1)
        self.problem(daemon.get("/v1/reports/jobs?weeks=2"), 400, "unknown_parameter", "weeks")


if __name__ == "__main__":
    main()
