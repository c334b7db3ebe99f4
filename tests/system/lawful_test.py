"""Lawful at the last moment: hours in the recipient's time, and texts that are written when they leave. At any hour of any day."""

import datetime
import os
import shutil
import zoneinfo

from harness import SystemTest, main, number, smsc

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
ZONE = "Europe/London"  # of number()


def hours(begins, ends):
    """Quiet hours from `begins` to `ends` hours from now, in the recipient's time."""
    now = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE))
    return "-".join((now + datetime.timedelta(hours=each)).strftime("%H:%M") for each in (begins, ends))


class Lawful(SystemTest):
    def gate(self, templates=False, **dunning):
        self.alpha = self.peer()
        daemon = self.daemon({"smsc": [smsc(self.alpha.port)], "dunning": dunning}, start=False)
        if templates:
            shutil.copytree(os.path.join(ROOT, "conf", "templates.d"), os.path.join(daemon.directory, "templates.d"))
        daemon.start()
        daemon.wait_bound("alpha")
        return daemon

    def test_a_job_waits_for_the_end_of_quiet_hours_and_says_so(self):
        daemon = self.gate(quiet_hours=hours(-2, 2))
        daemon.accepted({"id": "a", "to": number(1), "text": "due"})
        job = daemon.job("a")
        self.assertEqual((job["state"], job["reason"]), ("scheduled", "quiet_hours"))
        until = datetime.datetime.fromisoformat(job["next_attempt"].replace("Z", "+00:00"))
        left = until - datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(datetime.timedelta(hours=1, minutes=58) < left <= datetime.timedelta(hours=2), left)
        told = [event for event in daemon.events() if event["type"] == "scheduled"]
        self.assertEqual([event["until"] for event in told], [job["next_attempt"]])
        self.assertIn("quiet_hours", self.tool(daemon, "job", "show", "a").stdout)
        preview = daemon.post("/v1/preview", {"id": "b", "to": number(2), "text": "due"}).json
        self.assertEqual((preview["waits_for"], preview["time_zone"], preview["country"]), ("quiet_hours", ZONE, "GB"))
        self.assertEqual(self.alpha.submits, [])

    def test_outside_of_them_it_leaves_and_the_smsc_may_not_deliver_after_they_begin(self):
        daemon = self.gate(quiet_hours=hours(2, 4))
        daemon.accepted({"id": "a", "to": number(1), "text": "due"})
        daemon.wait_state("a", "delivered")
        validity = self.alpha.submits[0].validity_period
        self.assertTrue(validity.endswith("000+"), validity)
        ends = datetime.datetime.strptime(validity[:12], "%y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc)
        left = ends - datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(datetime.timedelta(hours=1, minutes=58) < left <= datetime.timedelta(hours=2), left)

    def test_a_zone_that_nobody_knows_is_refused(self):
        daemon = self.gate(quiet_hours=hours(2, 4))
        self.problem(daemon.post("/v1/jobs", {"id": "a", "to": number(1), "text": "due", "time_zone": "Europe/Londom"}), 422, "bad_value", "time_zone")
        self.problem(daemon.post("/v1/jobs", {"id": "a", "to": number(1), "text": "due", "send_at_local": "25:00"}), 422, "bad_value", "send_at_local")

    def test_a_template_is_written_when_it_leaves_from_what_was_said_last(self):
        daemon = self.gate(templates=True, quiet_hours=hours(-2, 2))
        late = {"id": "a", "to": number(1), "template": "overdue", "kind": "overdue", "locale": "de", "amount": "1234.50", "currency": "EUR", "due_date": "2026-11-13", "invoice": "4711",
                "account": "A-100", "params": {"name": "Jörg", "creditor": "ACME", "contact": "0800 123456"}, "pay_url": "https://pay.example.com/x8Kd2"}
        daemon.accepted(late)
        self.assertEqual(daemon.state("a"), "scheduled")
        self.assertEqual(daemon.call("PATCH", "/v1/jobs/a", {"amount": "900.00"}).status, 200)
        changed = daemon.post("/v1/accounts/A-100", {"due_date": "2026-11-20"})
        self.assertEqual(changed.status, 200, changed)
        daemon.configure({"smsc": [smsc(self.alpha.port)]})
        daemon.restart()
        daemon.wait_bound("alpha")
        daemon.accepted({**late, "id": "b", "to": number(2), "account": "B"})
        daemon.wait_state("b", "delivered")
        self.assertIn("1.234,50", self.alpha.submits[0].short_message.decode("latin1") + self.alpha.submits[-1].short_message.decode("latin1"))
        self.problem(daemon.post("/v1/jobs", {**late, "id": "c", "params": {}}), 422, "missing_parameter", "params.creditor")
        self.problem(daemon.post("/v1/jobs", {**late, "id": "c", "kind": "news"}), 422, "wrong_kind", "kind")
        self.problem(daemon.post("/v1/jobs", {**late, "id": "c", "pay_url": "https://bit.ly/3xY"}), 422, "bad_url", "pay_url")
        preview = daemon.post("/v1/preview", late).json  # of the job in the store, with what was said of it since
        self.assertEqual((preview["encoding"], preview["locale"]), ("gsm7", "de"))
        self.assertIn("900,00", preview["text"])
        self.assertIn("20. November", preview["text"])

    def test_a_landline_gets_no_text(self):
        daemon = self.gate(default_country="PL")
        self.problem(daemon.post("/v1/jobs", {"id": "a", "to": "22 530 12 34", "text": "due"}), 422, "not_mobile", "to")
        self.problem(daemon.post("/v1/jobs", {"id": "a", "to": "601 23", "text": "due"}), 422, "bad_number", "to")
        daemon.accepted({"id": "a", "to": "601 234 567", "text": "due"})
        daemon.wait_state("a", "delivered")
        self.assertEqual(daemon.job("a")["to"], "+48601234567")


if __name__ == "__main__":
    main()
