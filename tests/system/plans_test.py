"""Dunning plans: their timeline as a clerk sees it, and what is wrong in them."""

import json
import os
import shutil
import urllib.parse

from harness import SystemTest, main, number, smsc, wait_for

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")


class Plans(SystemTest):
    def gate(self, **dunning):
        self.alpha = self.peer()
        daemon = self.daemon({"smsc": [smsc(self.alpha.port)], "dunning": {**dunning}}, start=False)
        for folder in ("templates.d", "plans.d"):
            shutil.copytree(os.path.join(ROOT, "conf", folder), os.path.join(daemon.directory, folder))
        shutil.copy(os.path.join(ROOT, "conf", "countries.toml"), daemon.directory)
        return daemon.start()

    def test_the_timeline_is_drawn_on_the_recipients_clock(self):
        daemon = self.gate(countries="countries.toml")
        listed = self.tool(daemon, "plan", "list")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        for name in ("friendly", "returned", "collection"):
            self.assertIn(name, listed.stdout)
        asked = ("plan", "show", "friendly", "--due", "2026-12-01", "--number", "+48601234567", "--from", "2026-11-20T12:00:00Z")
        drawn = self.tool(daemon, *asked)
        self.assertEqual(drawn.returncode, 0, drawn.stderr)
        lines = {line.split()[0]: line for line in drawn.stdout.splitlines() if line}
        self.assertIn("Fri 2026-12-04 10:00", lines["overdue"])
        self.assertIn("moved from 2026-11-28 10:00", lines["reminder"])  # a Saturday
        told = self.tool(daemon, "--json", *asked)
        steps = {step["name"]: step for step in json.loads(told.stdout)["steps"]}
        self.assertEqual(steps["overdue"]["at_local"], "2026-12-04T10:00:00+01:00")
        self.assertEqual(steps["overdue2"].get("fee"), None)
        loyal = daemon.get("/v1/plans/friendly?due=2026-12-01&zone=Europe/Warsaw&with=loyal=yes").json
        self.assertEqual({step["name"]: step for step in loyal["steps"]}["overdue2"]["fee"], "0")

    def test_what_cannot_be_drawn_is_said(self):
        daemon = self.gate()
        self.problem(daemon.get("/v1/plans/none"), 404, "not_found", "name")
        self.problem(daemon.get("/v1/plans/friendly?zone=Europe/Warsaw"), 422, "missing", "due")
        refused = self.tool(daemon, "plan", "show", "friendly", "--due", "2026-12-01", "--zone", "Europe/Londom")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("zone", refused.stderr)

    def test_a_reload_with_a_mistake_in_a_plan_changes_nothing(self):
        daemon = self.gate()
        file = daemon.directory / "plans.d" / "friendly.toml"
        text = file.read_text()
        file.write_text(text.replace('template = "overdue"', 'template = "overdu"'))
        refused = self.tool(daemon, "reload")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("friendly.toml:", refused.stderr)
        self.assertIn("unknown_template", refused.stderr)
        self.assertEqual(self.tool(daemon, "plan", "show", "friendly").returncode, 0)
        file.write_text(text.replace('name = "friendly"', 'name = "kind"'))
        self.assertEqual(self.tool(daemon, "reload").returncode, 0)
        self.assertEqual(self.tool(daemon, "plan", "show", "friendly").returncode, 1)
        self.assertEqual(self.tool(daemon, "plan", "show", "kind").returncode, 0)

    def follow(self, daemon, job_id, **changes):
        job = {"id": job_id, "to": number(1), "plan": "returned", "account": "A-1", "invoice": "4711", "amount": "120.50", "currency": "EUR", "due_date": "2026-12-01",
               "params": {"creditor": "ACME", "contact": "0800 123456"}, **changes}
        return daemon.post("/v1/jobs", {name: value for name, value in job.items() if value is not None})

    def wait_step(self, daemon, job_id, state):
        """Of a job that is not there before its time."""
        path = "/v1/jobs/" + urllib.parse.quote(job_id, safe="")
        wait_for(lambda: daemon.get(path).status == 200 and daemon.state(job_id) == state, f"{job_id} is {state}")

    def test_a_job_follows_its_plan_through_a_kill_a_payment_and_its_reversal(self):
        daemon = self.gate()
        daemon.wait_bound("alpha")
        self.assertEqual(self.follow(daemon, "a").status, 201)
        daemon.wait_state("a", "submitted", "delivered")
        self.wait_step(daemon, "a/returned-final", "scheduled")
        sent = len(self.alpha.submits)  # segments
        daemon.kill()
        daemon.start()
        self.assertEqual(self.follow(daemon, "a").json["status"], "duplicate")
        step = daemon.job("a/returned-final")
        self.assertEqual((step["state"], step["kind"], step["account"]), ("scheduled", "final", "A-1"))
        accepted = [event["job"] for event in daemon.events() if event["type"] == "accepted"]
        self.assertEqual(accepted, ["a", "a/returned-final"])
        self.assertEqual(self.tool(daemon, "paid", "A-1").returncode, 0)
        paid = daemon.job("a/returned-final")
        self.assertEqual((paid["state"], paid["reason"]), ("cancelled", "paid"))
        self.assertEqual(self.tool(daemon, "unpaid", "A-1").returncode, 0)
        self.assertEqual(daemon.state("a/returned-final"), "scheduled")
        self.assertEqual(len(self.alpha.submits), sent)
        # Cancelled by the name it was submitted under.
        self.assertEqual(self.tool(daemon, "job", "cancel", "a").returncode, 0)
        self.assertEqual(daemon.state("a/returned-final"), "cancelled")

    def test_who_says_stop_ends_the_plan(self):
        daemon = self.gate()
        daemon.wait_bound("alpha")
        self.assertEqual(self.follow(daemon, "a").status, 201)
        self.wait_step(daemon, "a/returned-final", "scheduled")
        self.assertEqual(self.tool(daemon, "consent", "block", number(1)).returncode, 0)
        daemon.wait_state("a/returned-final", "blocked")
        wait_for(lambda: [event for event in daemon.events() if event["type"] in ("handoff", "escalated")] or None, "somebody is told")

    def test_what_a_plan_cannot_take_is_refused_by_step_and_field(self):
        daemon = self.gate()
        self.problem(self.follow(daemon, "a", plan="none"), 422, "unknown_plan", "plan")
        self.problem(self.follow(daemon, "a", account=None), 422, "missing", "account")
        self.problem(self.follow(daemon, "a", text="pay"), 422, "bad_value", "text")
        self.problem(self.follow(daemon, "a", params={"creditor": "ACME"}), 422, "missing_parameter", "params.contact")
        refused = self.follow(daemon, "a", invoice=None)
        self.assertIn("step returned", refused.json["detail"])


if __name__ == "__main__":
    main()
