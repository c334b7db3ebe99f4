"""dunlin certify against dunlin-smsc: what the report names, the configuration it prints, and how it ends."""

import json
import signal
import subprocess
import time

from harness import BIN, SystemTest, main, wait_for

NUMBER = "+447700900123"
# The texts are so many PDUs: none is left for rates, and the pause may be short.
TEXTS_ALONE = ("--rate-cap", "50", "--messages", "17")
SMSC = {"host": "127.0.0.1", "system_id": "dunlin", "password": "s3cret!", "source": "ACME"}
SETTINGS = {"service_type": "CMT", "source_ton": 5, "default_alphabet": "gsm7", "throughput": 40}


class Certify(SystemTest):
    def configuration(self, port, **changes):
        path = self.directory / "dunlin.toml"
        keys = {"name": "alpha", "port": port, **SMSC, **changes}
        path.write_text(f'[store]\npath = "{self.directory}/store"\n[dunning]\ntemplates = ""\nplans = ""\nreplies = ""\ncountries = ""\n[[smsc]]\n'
                        + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items()))
        return path

    def arguments(self, port, *more, pause="20ms", **changes):
        return [BIN / "dunlin", "certify", "alpha", "--to", NUMBER, "--config", self.configuration(port, **changes), "--yes", "--pause", pause,
                "--receipts-wait", "10s", *more]

    def certify(self, port, *more, exit=0, **changes):
        run = subprocess.run(self.arguments(port, *more, **changes), capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(run.returncode, exit, run.stdout + run.stderr)
        for secret in (SMSC["password"], NUMBER, NUMBER[1:]):
            self.assertNotIn(secret, run.stdout + run.stderr)
        return run

    def test_the_report_names_alias_and_receipt_form_of_each_dialect(self):
        for dialect, alias, form, odd in (("plain", "verbatim", "text and TLVs", set()),
                                          ("hex-response-decimal-receipt", "hex-to-decimal", "text", {"id-base", "id-padded"}),
                                          ("tlv-only", "verbatim", "TLVs", {"receipt-tlv-only", "id-uuid", "bind-no-version"}),
                                          ("data-sm", "verbatim", "text and TLVs", {"receipt-in-data-sm"}),
                                          ("ucs2-receipt", "letter case", "text", {"receipt-ucs2", "id-case"})):
            with self.subTest(dialect):
                simulator = self.simulator("--dialect", dialect, "--receipt-delay", "100ms", name=dialect)
                report = json.loads(self.certify(simulator.port, *TEXTS_ALONE, "--json").stdout)
                self.assertEqual((report["receipts"]["alias"], report["receipts"]["form"], report["ended"]), (alias, form, ""))
                named = {row["quirks"] for row in report["oddities"]}
                self.assertLessEqual(odd, named)
                self.assertTrue(odd or not named, named)
                self.assertEqual([text["fate"][:3] for text in report["texts"]], ["yes"] * 9)
                # What the phone would show is what the report says it must.
                shown = "".join(line["text"] for line in simulator.accepted())
                for text in report["texts"]:
                    self.assertIn(text["words"], shown)

    def test_it_finds_the_limit_and_prints_a_configuration_that_passes_the_check(self):
        simulator = self.simulator("--dialect", "udh-alone", "--limit", "6", "--receipt-delay", "100ms", "--binds", "2")
        out = self.directory / "report.md"
        self.certify(simulator.port, "--out", str(out), "--binds", "4", "--rate-cap", "8", pause="180ms", **SETTINGS)
        report = out.read_text()
        toml = report.split("```toml\n")[1].split("```")[0]
        found = {line.split(" = ")[0]: line.split(" = ")[1].split("  #")[0] for line in toml.splitlines() if " = " in line and not line.startswith("#")}
        self.assertIn(int(found["throughput"]), (5, 6))
        self.assertEqual(found["sessions"], "2")
        self.assertIn("ESME_ROPTPARNOTALLWD", report)
        # Set in the table that is there, as the report says: what else stands in it stays.
        before = self.configuration(simulator.port, **SETTINGS).read_text().splitlines()
        kept = [line for line in before if line.split(" = ")[0] not in found]
        pasted = self.directory / "pasted.toml"
        pasted.write_text("\n".join(kept).replace("[[smsc]]", "[[smsc]]\n" + toml) + "\n")
        for line in ('service_type = "CMT"', "source_ton = 5", f'password = {json.dumps(SMSC["password"])}'):
            self.assertIn(line, pasted.read_text())
        checked = subprocess.run([BIN / "dunlind", "--config", pasted, "--check"], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_it_finds_how_long_messages_are_taken(self):
        simulator = self.simulator("--dialect", "sar-alone", "--receipt-delay", "100ms")
        report = json.loads(self.certify(simulator.port, *TEXTS_ALONE, "--json").stdout)
        self.assertEqual(report["advice"]["long_messages"]["value"], '"sar"')
        self.assertEqual({text["name"]: text["fate"] for text in report["texts"] if text["name"].startswith("long ") and text["name"] != "long ucs2"},
                         {"long udh": "no: ESME_RINVESMCLASS", "long udh16": "no: ESME_RINVESMCLASS", "long sar": "yes, 3 parts",
                          "long payload": "no: ESME_ROPTPARNOTALLWD"})

    def test_an_interruption_ends_it_with_what_was_seen(self):
        simulator = self.simulator("--receipt-delay", "60s")
        run = subprocess.Popen(self.arguments(simulator.port, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._resources.callback(run.kill)
        wait_for(lambda: len(simulator.accepted()) == 17, "the texts are sent")
        time.sleep(0.2)
        run.send_signal(signal.SIGINT)
        report, _ = run.communicate(timeout=30)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(json.loads(report)["ended"], "interrupted")
        wait_for(lambda: simulator.command(status=True)["bound"] == 0, "unbound")

    def test_what_keeps_it_from_beginning_is_named(self):
        simulator = self.simulator("--password", "another", name="strict")
        self.assertIn("ESME_RINVPASWD", self.certify(simulator.port, exit=1).stdout)
        full = self.simulator("--binds", "1", name="full")
        daemon = self.daemon({"smsc": [{"name": "alpha", "port": full.port, **SMSC}]})
        daemon.wait_bound("alpha")
        self.assertIn("stop the daemon", self.certify(full.port, exit=1).stdout)
        self.assertIn("connection refused", self.certify(1, exit=3).stderr.lower())
        self.assertIn("--to", self.certify(1, "--to", "0123", exit=2).stderr)
        self.assertIn("receiver", self.certify(1, exit=2, bind="receiver").stderr)
        for arguments, said in ((["beta", "--to", NUMBER], "beta"), (["alpha"], "--to")):
            run = subprocess.run([BIN / "dunlin", "certify", *arguments, "--config", self.configuration(1)], capture_output=True, text=True)
            self.assertEqual(run.returncode, 2)
            self.assertIn(said, run.stderr + run.stdout)

    def test_nothing_leaves_without_consent(self):
        simulator = self.simulator()
        arguments = [argument for argument in self.arguments(simulator.port) if argument != "--yes"]
        run = subprocess.run(arguments, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
        self.assertEqual(run.returncode, 1)
        self.assertIn("at most 200 messages", run.stderr)
        self.assertEqual(simulator.command(status=True)["binds"], 0)


if __name__ == "__main__":
    main()
