"""Debian's own Prometheus scrapes a live daemon; every dashboard query and every rule goes through its HTTP API."""

import json
import pathlib
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

from harness import SystemTest, free_port, main, number, smsc, wait_for

ROOT = pathlib.Path(__file__).parents[2]
RULES = ROOT / "conf/prometheus/rules.yml"
DASHBOARD = ROOT / "conf/grafana/dunlin.json"

# What a dashboard variable stands for here.
VARIABLES = {"$__rate_interval": "15s", "$instance": ".+", "$smsc": ".+"}

# The test brings the first trouble about; the others may come with its traffic of throttles and refusals, or with this machine's disk.
# Every other alert's expression must stay empty.
FIRING = {"DunlinLinkDown"}
POSSIBLE = {"DunlinThrottled", "DunlinSubmitsRefused", "DunlinReconnectStorm", "DunlinStoreNearlyFull"}


def expressions(text):
    """(name, expression, is alert) of each rule, read without a YAML library: promtool has checked the form."""
    for block in re.split(r"\n\s+- (?=record:|alert:)", text)[1:]:
        name = re.match(r"(?:record|alert): (\S+)", block).group(1)
        expression = re.search(r"\n\s+expr: (?:>-\n((?:\s{10,}.*\n)+)|(.*))", block + "\n")
        yield name, " ".join((expression.group(1) or expression.group(2)).split()), block.startswith("alert:")


class Prometheus:
    def __init__(self, directory, target):
        self.port = free_port()
        shutil.copy(RULES, directory / "rules.yml")
        (directory / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yml]\n"
            f"scrape_configs:\n  - job_name: dunlin\n    static_configs: [{{targets: ['{target}']}}]\n")
        self.log = directory / "prometheus.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/prometheus", f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/tsdb",
                 f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def get(self, path, **query):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(query)}", timeout=20) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        return self.get("/api/v1/query", query=expression)["result"]

    def up(self):
        if self.process.poll() is not None:
            raise AssertionError(self.log.read_text())
        try:
            return any(float(row["value"][1]) == 1 for row in self.query('up{job="dunlin"}'))
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Scraped(SystemTest):
    def test_rules_pass_promtool_and_every_alert_has_its_case(self):
        subprocess.run(["promtool", "check", "rules", RULES], check=True, capture_output=True)
        shutil.copy(RULES, self.directory)
        shutil.copy(ROOT / "tests/system/rules.test.yml", self.directory)
        run = subprocess.run(["promtool", "test", "rules", self.directory / "rules.test.yml"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        cases = set(re.findall(r"alertname: (\S+)", (ROOT / "tests/system/rules.test.yml").read_text()))
        alerts = {name for name, _, alert in expressions(RULES.read_text()) if alert}
        self.assertEqual(cases, alerts)
        operating = (ROOT / "docs/operating.md").read_text()
        self.assertEqual([name for name in sorted(alerts) if name not in operating], [], "what to do when they fire")

    def test_a_live_daemon_speaks_to_every_query(self):
        calls = {"count": 0}

        def answer(submit):
            calls["count"] += 1
            if calls["count"] % 10 == 0:
                return 0x58  # ESME_RTHROTTLED
            return 0x0B if submit.destination.endswith("9") else 0

        peer = self.peer(answer=answer, receipt=lambda submit: "UNDELIV" if submit.destination.endswith("8") else "DELIVRD")
        daemon = self.daemon({"smsc": [smsc(peer.port, throughput=50), smsc(1, name="dead")],
                              "route": [{"name": "live", "prefix": ["+44"], "smsc": ["alpha"]}, {"name": "other", "prefix": ["+33"], "smsc": ["dead"]}]})
        daemon.wait_bound("alpha")
        prometheus = Prometheus(self.directory, f"127.0.0.1:{daemon.metrics_port}")
        self._resources.callback(prometheus.stop)
        wait_for(prometheus.up, "Prometheus scrapes the daemon")

        daemon.post("/v1/consumers/billing", {"ack": 0})
        daemon.accepted(*({"id": f"job-{i}", "to": number(i), "text": f"due {i}"} for i in range(400)))
        daemon.accepted({"id": "stuck", "to": "+33639980001", "text": "due"})
        daemon.call("PUT", "/v1/consents/" + number(500), {"status": "blocked", "source": "letter"})
        daemon.submit({"id": "blocked", "to": number(500), "text": "due"})
        peer.say(number(1), "STOP")
        peer.say(number(2), "who is this?")
        peer.send_receipt(type("Ghost", (), {"message_id": "nobody", "destination": "447700900001", "source": "ACME"})())
        wait_for(lambda: daemon.counts().get("delivered", 0) > 100, "traffic")

        dashboard = json.loads(DASHBOARD.read_text())
        queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
        self.assertGreater(len(queries), 30)
        silent = set(queries) | {expression for _, expression, alert in expressions(RULES.read_text()) if not alert}
        end = time.monotonic() + 35
        while silent and time.monotonic() < end:
            silent = {query for query in silent if not self.speaks(prometheus, query)}
            time.sleep(0.5)
        self.assertEqual(silent, set(), "queries that stay empty over a live daemon")

        for name, expression, alert in expressions(RULES.read_text()):
            with self.subTest(name):
                rows = prometheus.query(expression)  # an error would be an HTTP 400
                if name in FIRING:
                    self.assertTrue(rows)
                elif alert and name not in POSSIBLE:
                    self.assertEqual(rows, [])

        groups = prometheus.get("/api/v1/rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        self.assertEqual({rule["name"] for rule in rules}, {name for name, _, _ in expressions(RULES.read_text())})
        self.assertEqual([rule["name"] for rule in rules if rule["health"] == "err"], [])
        peer.check()

    def speaks(self, prometheus, query):
        for name, value in VARIABLES.items():
            query = query.replace(name, value)
        self.assertNotIn("$", query)
        return bool(prometheus.query(query))

    def test_dashboard_and_rules_name_only_metrics_of_the_catalogue(self):
        catalogue = set(re.findall(r"^\| `(dunlin_\w+)` \|", (ROOT / "docs/metrics.md").read_text(), re.M))
        self.assertGreater(len(catalogue), 25)
        for path in (RULES, DASHBOARD):
            used = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"dunlin_\w+", path.read_text())}
            self.assertLessEqual(used, catalogue, path)


class Names(SystemTest):
    def test_every_metric_of_the_reference_is_announced_by_a_daemon_that_just_started(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        text = daemon.metrics()
        reference = re.findall(r"^\| `(dunlin_\w+)` \| (\w+) \|", (ROOT / "docs/metrics.md").read_text(), re.M)
        for name, kind in reference:
            with self.subTest(name):
                self.assertIn(f"# TYPE {name} {kind}\n", text)
        version = daemon.get("/v1/status").json["version"]
        self.assertIn(f'dunlin_build_info{{version="{version}"}} 1', text)

    def test_no_number_and_no_text_of_a_person_is_in_a_metric_a_log_or_the_flight_recorder(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        daemon.accepted({"id": "job-1", "to": number(123), "text": "Zwiebelkuchen"})
        daemon.wait_state("job-1", "delivered")
        peer.say(number(124), "Apfelstrudel")
        shown = json.dumps([daemon.get("/v1/links/alpha/pdus").json, daemon.job("job-1")["pdus"]], ensure_ascii=False)
        daemon.stop()
        log = daemon.log_text() + shown
        for secret in (number(123)[1:], number(124)[1:], "Zwiebelkuchen", "Apfelstrudel", "secret"):
            with self.subTest(secret):
                self.assertNotIn(secret, log)


if __name__ == "__main__":
    main()
