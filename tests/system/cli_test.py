"""The tool `dunlin`: exit codes, what it prints for people and for programs, and that it names every refusal."""

import json
import subprocess

from harness import BIN, SystemTest, main, number

CONTRACT = ("submit", "job", "preview", "paid", "unpaid", "hold", "release", "consent", "forget", "explain", "events", "links", "status", "reload")


def line(index, **changes):
    return json.dumps({"id": f"job-{index}", "to": number(index), "text": f"due {index}", **changes}) + "\n"


class Tool(SystemTest):
    def setUp(self):
        super().setUp()
        self.smsc = self.peer()
        self.gate = self.gateway(self.smsc)

    def run_tool(self, *arguments, code=0, stdin=None):
        run = self.tool(self.gate, *map(str, arguments), stdin=stdin)
        self.assertEqual(run.returncode, code, (arguments, run.stdout, run.stderr))
        return run

    def told(self, *arguments, **options):
        return json.loads(self.run_tool(*arguments, "--json", **options).stdout)

    def test_submit_reads_a_file_or_its_input_and_names_each_refusal(self):
        path = self.directory / "jobs.ndjson"
        path.write_text(line(1) + line(2))
        self.run_tool("submit", path)
        run = self.run_tool("submit", "-", code=1, stdin=line(3) + line(4, colour="red") + line(1) + "{not json\n" + line(1, text="other"))
        self.assertRegex(run.stderr, r"(?m)\b2\b.*colour")
        self.assertRegex(run.stderr, r"(?m)\b4\b")
        self.assertRegex(run.stderr, r"(?m)\b5\b.*conflict")
        for i in (1, 2, 3):
            self.gate.wait_state(f"job-{i}", "delivered")
        self.assertEqual(self.gate.get("/v1/jobs/job-4").status, 404)
        self.run_tool("submit", path)  # all duplicates: nothing was refused

    def test_jobs_are_shown_and_cancelled(self):
        self.run_tool("links", "pause", "alpha")
        self.run_tool("submit", "-", stdin=line(1))
        self.assertIn("job-1", self.run_tool("job", "show", "job-1").stdout)
        self.assertEqual(self.told("job", "show", "job-1")["state"], "ready")
        self.run_tool("job", "cancel", "job-1")
        self.assertIn("cancelled", self.run_tool("job", "cancel", "job-1", code=1).stderr)
        self.assertIn("not_found", self.run_tool("job", "show", "nobody", code=1).stderr)

    def test_payments_consents_links_status_and_events(self):
        self.run_tool("links", "pause", "alpha")
        self.run_tool("submit", "-", stdin=line(1, account="A-1") + line(2))
        self.assertEqual(self.told("paid", "A-1")["cancelled"], ["job-1"])
        self.run_tool("consent", "block", number(2))
        self.assertEqual(self.told("consent", "show", number(2))["status"], "blocked")
        self.assertEqual(self.gate.state("job-2"), "blocked")
        self.assertIn("alpha", self.run_tool("links").stdout)
        self.assertIn("paused", self.run_tool("links").stdout)
        self.run_tool("links", "set", "alpha", "--throughput", 30)
        self.assertEqual(self.gate.metric('dunlin_rate_configured{smsc="alpha"}'), 30)
        self.run_tool("links", "resume", "alpha")
        self.run_tool("links", "rebind", "alpha")
        self.run_tool("links", "pause", "nobody", code=1)
        self.assertIn("cancelled", self.run_tool("status").stdout)
        self.assertEqual(self.told("status")["jobs"]["cancelled"], 1)
        events = [json.loads(event) for event in self.run_tool("events", "--json").stdout.splitlines()]
        self.assertEqual([event["seq"] for event in events], list(range(1, len(events) + 1)))
        self.run_tool("reload")

    def test_preview_shows_the_parts(self):
        shown = self.told("preview", "-", stdin=line(1, text="Zażółć " * 20))
        self.assertEqual((shown["encoding"], shown["segments"]), ("ucs2", 3))
        self.run_tool("preview", "-", code=1, stdin=line(1, colour="red"))

    def test_resolve_needs_a_job_in_doubt(self):
        self.run_tool("submit", "-", stdin=line(1))
        self.gate.wait_state("job-1", "delivered")
        self.run_tool("job", "resolve", "job-1", "--as", "sent", code=1)

    def test_usage_is_2_and_no_daemon_is_3(self):
        self.run_tool("fly", code=2)
        self.run_tool(code=2)
        self.run_tool("paid", code=2)
        self.run_tool("submit", "--colour", "red", code=2)
        run = subprocess.run([BIN / "dunlin", "--socket", self.directory / "none.sock", "status"], capture_output=True, text=True, timeout=30)
        self.assertEqual(run.returncode, 3, run)
        self.assertIn("none.sock", run.stderr)
        self.assertIn("none.ndjson", self.run_tool("submit", self.directory / "none.ndjson", code=1).stderr)

    def test_an_unknown_command_is_named(self):
        self.assertIn("'sumbit'", self.run_tool("sumbit", "jobs.ndjson", code=2).stderr)

    def test_the_example_of_submit_can_be_submitted(self):
        examples = [line for line in self.run_tool("submit", "--help").stdout.splitlines() if line.lstrip().startswith("{")]
        self.assertEqual(len(examples), 1)
        self.run_tool("submit", "-", stdin=examples[0] + "\n")

    def test_events_says_when_a_consumer_has_seen_one(self):
        self.assertIn("standard output", self.run_tool("events", "--help").stdout)

    def test_help_names_every_command(self):
        text = self.run_tool("--help").stdout
        for command in CONTRACT:
            with self.subTest(command):
                self.assertRegex(text, rf"(?m)^\s+{command}\b")
                self.assertIn("Usage", self.run_tool(command, "--help").stdout)
        self.assertIn("dunlin", self.run_tool("--version").stdout)

    def test_events_can_be_followed_until_the_reader_has_enough(self):
        follower = subprocess.Popen([BIN / "dunlin", "--socket", self.gate.socket, "events", "--follow", "--json"], stdout=subprocess.PIPE, text=True)
        try:
            self.run_tool("submit", "-", stdin=line(1))
            seen = [json.loads(follower.stdout.readline())["type"] for _ in range(3)]
            self.assertEqual(seen, ["accepted", "submitted", "delivered"])
        finally:
            follower.terminate()
            follower.wait(30)
            follower.stdout.close()


if __name__ == "__main__":
    main()
