"""The flight recorder and live captures: what tshark makes of them, what is never in them, what `job show` says."""

import json
import signal
import stat
import subprocess
import shutil

from harness import BIN, WAIT, SystemTest, main, number, smsc, wait_for

TEXTS = ["Zwiebelkuchen", "Zażółć gęślą jaźń", "Apfelstrudel " * 30, "Pflaumenmus 🙏 " * 12]
REPLY = "who is Donaudampfschiff? ąę"
SUBMIT, SUBMIT_RESP, DELIVER, DELIVER_RESP, BIND, BIND_RESP = 0x4, 0x80000004, 0x5, 0x80000005, 0x9, 0x80000009


class Tool:
    """`dunlin capture`, running."""

    def __init__(self, test, daemon, file, *arguments):
        self.file = file
        self.process = subprocess.Popen([BIN / "dunlin", "--socket", daemon.socket, "capture", "alpha", file, *arguments],
                                        stderr=subprocess.PIPE, text=True)
        test.addCleanup(self.end)
        wait_for(lambda: file.exists() and file.stat().st_size > 0, "the capture begins")

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate(timeout=WAIT)[1]
        return self.process.returncode, said

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(WAIT)
        self.process.stderr.close()


class Recorder(SystemTest):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("tshark"):
            raise AssertionError("tshark is not installed: tools/install installs it")

    def tshark(self, path, *arguments):
        """Without a word about ports or protocols: a capture explains itself."""
        run = subprocess.run(["tshark", "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", *arguments],
                             capture_output=True, text=True, timeout=50)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.splitlines()

    def talk(self, daemon, simulator):
        """Jobs with receipts, a reply, and a new bind with its password."""
        daemon.accepted(*({"id": f"job-{i}", "to": number(i), "text": text} for i, text in enumerate(TEXTS)))
        for i in range(len(TEXTS)):
            daemon.wait_state(f"job-{i}", "delivered")
        simulator.say(number(7), REPLY)
        wait_for(lambda: any(event["type"] == "replied" for event in daemon.events()), "a reply")
        daemon.post("/v1/links/alpha/rebind")
        wait_for(lambda: daemon.links()["alpha"]["reconnects"] >= 1 and daemon.links()["alpha"]["bound"], "a new bind")
        last = lambda: daemon.get("/v1/links/alpha/pdus").json
        newest = max(pdu["session"] for pdu in last())
        wait_for(lambda: any(pdu["session"] == newest and pdu["command"] == "enquire_link_resp" for pdu in last()), "an enquire_link answered")

    def secrets(self):
        for i in (*range(len(TEXTS)), 7):
            yield number(i)[1:].encode()
        for word in ("Zwiebel", "Zażó", "strudel", "Apfel", "mus ", "Donau"):
            yield word.encode()
            yield word.encode("utf-16-be")
        yield b"secret"

    def assert_redacted(self, octets, where):
        for secret in self.secrets():
            self.assertNotIn(secret, octets, where)

    def running(self, **changes):
        simulator = self.simulator("--receipt-delay", "20ms")
        daemon = self.daemon({"smsc": [smsc(simulator.port, enquire_link="200ms", **changes)]})
        daemon.wait_bound("alpha")
        return daemon, simulator

    def test_a_capture_is_dissected_whole_and_says_nothing_personal(self):
        daemon, simulator = self.running()
        tool = Tool(self, daemon, self.directory / "live.pcapng")
        self.talk(daemon, simulator)
        code, said = tool.interrupt()
        self.assertEqual(code, 0, said)
        self.assertIn("packets written to", said)
        self.assertNotIn("dropped", said)

        packets = [line.split("\t") for line in self.tshark(tool.file, "-T", "fields", "-e", "frame.protocols", "-e", "smpp.command_id")]
        self.assertGreater(len(packets), 20)
        for protocols, commands in packets:
            self.assertIn(":tcp:smpp", protocols)
            self.assertEqual(commands.count(","), 0, "one PDU a packet")
        seen = {int(commands, 16) for _, commands in packets}
        self.assertLessEqual({SUBMIT, SUBMIT_RESP, DELIVER, DELIVER_RESP, BIND, BIND_RESP, 0x15, 0x80000015, 0x6, 0x80000006}, seen)
        self.assertEqual(self.tshark(tool.file, "-Y", "_ws.malformed || _ws.expert.severity >= 0x400000"), [])
        self.assertEqual(self.tshark(tool.file, "-Y", "tcp.analysis.flags || tcp.checksum.status != 1 || ip.checksum.status != 1"), [])
        ports = self.tshark(tool.file, "-Y", "smpp.command_id == 4", "-T", "fields", "-e", "tcp.dstport")
        self.assertEqual(set(ports), {str(simulator.port)})
        stamps = [float(line) for line in self.tshark(tool.file, "-T", "fields", "-e", "frame.time_epoch")]
        self.assertEqual(stamps, sorted(stamps))

        self.assert_redacted(tool.file.read_bytes(), "the capture")
        # What names nobody is there: ids, states, and the masked numbers' ends.
        dissected = "\n".join(self.tshark(tool.file, "-T", "fields", "-e", "smpp.destination_addr", "-e", "smpp.message_id"))
        self.assertIn("447*******01", dissected)
        for message in simulator.accepted():
            self.assertIn(message["message_id"], dissected)

    def test_the_recorder_has_the_last_pdus_and_those_of_a_job(self):
        daemon, simulator = self.running()
        self.talk(daemon, simulator)
        answer = daemon.get("/v1/links/alpha/pdus?most=10000")
        self.assertEqual(answer.status, 200)
        pdus = answer.json
        self.assertGreater(len(pdus), 20)
        self.assertEqual([pdu["time"] for pdu in pdus], sorted(pdu["time"] for pdu in pdus))
        self.assertEqual([pdu for pdu in pdus if "unread" in pdu], [])
        self.assert_redacted(answer.body.encode(), "/v1/links/alpha/pdus")
        self.assertEqual(len(daemon.get("/v1/links/alpha/pdus?most=3").json), 3)
        shown = self.tool(daemon, "links", "pdus", "alpha", "--fields")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("stat:DELIVRD", shown.stdout)
        self.assert_redacted(shown.stdout.encode(), "dunlin links pdus")

        for i, text in enumerate(TEXTS):
            job = daemon.job(f"job-{i}")
            self.assert_redacted(json.dumps(job["pdus"], ensure_ascii=False).encode(), "a job's PDUs")
            commands = [(pdu["command"], pdu["direction"]) for pdu in job["pdus"]]
            for command in (("submit_sm", "sent"), ("submit_sm_resp", "received"), ("deliver_sm", "received"), ("deliver_sm_resp", "sent")):
                self.assertEqual(commands.count(command), len(job["segments"]), f"{command} of {text!r}")
            self.assertEqual({pdu["smsc"] for pdu in job["pdus"]}, {"alpha"})
            self.assertEqual(sorted(pdu["segment"] for pdu in job["pdus"] if "segment" in pdu), list(range(1, len(job["segments"]) + 1)))
        shown = self.tool(daemon, "job", "show", "job-0")
        self.assertIn("submit_sm_resp", shown.stdout)
        daemon.stop()
        self.assert_redacted(daemon.log_text().encode(), "the log")

    def test_a_capture_in_full_is_asked_for_and_has_no_password(self):
        daemon, simulator = self.running()
        tool = Tool(self, daemon, self.directory / "full.pcapng", "--full")
        self.talk(daemon, simulator)
        code, said = tool.interrupt()
        self.assertEqual(code, 0, said)
        self.assertIn("full numbers and texts", said)
        self.assertEqual(stat.S_IMODE(tool.file.stat().st_mode), 0o600)
        octets = tool.file.read_bytes()
        self.assertIn(number(0)[1:].encode(), octets)
        self.assertIn(b"Zwiebelkuchen", octets)
        self.assertNotIn(b"secret", octets)
        self.assertEqual(self.tshark(tool.file, "-Y", "_ws.malformed || _ws.expert.severity >= 0x400000"), [])
        wait_for(lambda: "captures alpha in full" in daemon.log_text(), "the log says who did")

    def test_a_capture_in_full_goes_into_no_file_that_is_there(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        there, link = self.directory / "there.pcapng", self.directory / "link.pcapng"
        there.write_bytes(b"mine")
        link.symlink_to(self.directory / "nowhere.pcapng")
        for path in (there, link):
            done = self.tool(daemon, "capture", "alpha", str(path), "--full", "--seconds", "1")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"{path}: is there already", done.stderr)
        self.assertEqual(there.read_bytes(), b"mine")
        self.assertFalse((self.directory / "nowhere.pcapng").exists())

    def test_a_capture_waits_for_a_link_that_is_not_bound_and_ends_in_time(self):
        daemon = self.daemon({"smsc": [smsc(1)]})
        path = self.directory / "quiet.pcapng"
        done = self.tool(daemon, "capture", "alpha", str(path), "--seconds", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("0 packets", done.stderr)
        self.assertEqual(self.tshark(path), [])

    def test_captures_are_refused_by_name(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        self.problem(daemon.get("/v1/links/beta/capture"), 404, "not_found")
        self.problem(daemon.get("/v1/links/beta/pdus"), 404, "not_found")
        self.problem(daemon.get("/v1/links/alpha/capture?seconds=0"), 422, "out_of_range", "seconds")
        self.problem(daemon.get("/v1/links/alpha/capture?seconds=x"), 422, "wrong_type", "seconds")
        self.problem(daemon.get("/v1/links/alpha/capture?full=maybe"), 422, "unknown_value", "full")
        self.problem(daemon.get("/v1/links/alpha/pdus?most=0"), 422, "out_of_range", "most")
        tools = [Tool(self, daemon, self.directory / f"{i}.pcapng") for i in range(4)]
        self.problem(daemon.get("/v1/links/alpha/capture"), 503, "busy")
        refused = self.tool(daemon, "capture", "alpha", str(self.directory / "fifth.pcapng"))
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertFalse((self.directory / "fifth.pcapng").exists())
        for tool in tools:
            self.assertEqual(tool.interrupt()[0], 0)


if __name__ == "__main__":
    main()
