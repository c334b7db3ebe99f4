"""A clerk's campaign: a file in, all of it or nothing, through kills and cuts; what it would do; who may do what to it."""

import csv
import datetime
import os
import pathlib
import socket
import subprocess
import time
import zoneinfo

from harness import BIN, WAIT, SystemTest, free_port, main, number, smsc, wait_for

SETTLE = 0.5  # seconds in which something wrong would have left
OTHER_UID = 65534

TEMPLATE = """
[[template]]
name = "due"
kinds = ["reminder"]
letters = "gsm7"
[template.params]
name = { type = "text", max = 30, example = "Ana" }
[template.text]
en = "Dear {name}, {amount} is due on {due_date}. Yours, Test Power, 0800 1"
pl = "Dzie\\u0144 dobry {name}, {amount} do {due_date}. Test Power, 0800 1"
"""


def rows(count, first=0):
    return "".join(f"{number(i)},A{i},{i},Person {i},120.50,GBP,2026-12-01\n" for i in range(first, first + count))


HEADER = "to,account,invoice,name,amount,currency,due_date\n"


class Campaigns(SystemTest):
    def gate(self, peer=None, **tables):
        folder = self.directory / "templates.d"
        folder.mkdir(exist_ok=True)
        (folder / "due.toml").write_text(TEMPLATE)
        port = peer.port if peer else free_port()  # where nobody listens: what is ready stays so
        tables = {"smsc": [smsc(port, **tables.pop("alpha", {}))], **tables}
        tables["dunning"] = {"templates": str(folder), **tables.get("dunning", {})}
        daemon = self.daemon(tables)
        if peer:
            daemon.wait_bound("alpha")
        return daemon

    def file(self, text, name="due.csv"):
        path = self.directory / name
        path.write_text(text)
        return str(path)

    def campaign(self, daemon, *words, code=0, timeout=WAIT * 4):
        done = subprocess.run([BIN / "dunlin", "--socket", daemon.socket, "campaign", *words], capture_output=True, text=True, timeout=timeout)
        self.assertEqual(done.returncode, code, done)
        return done

    def bring(self, daemon, text, *words, code=0, campaign="nov"):
        return self.campaign(daemon, "import", self.file(text), "--id", campaign, "--template", "due", *words, code=code)

    def show(self, daemon, campaign="nov"):
        answer = daemon.get(f"/v1/campaigns/{campaign}")
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def wait_gone(self, daemon, campaign="nov"):
        wait_for(lambda: daemon.get(f"/v1/campaigns/{campaign}").status == 404, "nothing of the campaign is left")
        self.assertEqual(sum(daemon.counts().values()), 0, daemon.counts())

    def test_ten_thousand_rows(self):
        daemon = self.gate()
        text = HEADER + rows(10_000)
        self.assertIn("10 000 accepted, 0 duplicate, 0 refused", self.bring(daemon, text).stdout)
        wait_for(lambda: self.show(daemon)["jobs"] == {"ready": 10_000}, "all rows are let go")
        self.assertEqual(daemon.job("nov/A9999/9999/")["campaign"], "nov")
        daemon.kill()
        daemon.start()
        self.assertEqual(self.show(daemon)["total"], 10_000)
        again = self.bring(daemon, text)
        self.assertIn("0 accepted, 10 000 duplicate, 0 refused", again.stdout)
        self.assertEqual(self.show(daemon)["total"], 10_000)

    def test_a_campaign_is_sent_and_watched_to_its_end(self):
        peer = self.peer()
        daemon = self.gate(peer)
        self.bring(daemon, HEADER + rows(50))
        watched = self.campaign(daemon, "watch", "nov")
        self.assertIn("finished: 50 delivered", watched.stdout)
        self.assertEqual(peer.destinations(), {number(i): 1 for i in range(50)})
        self.assertIn("Dear Person 7, £120.50 is due on", [submit.text for submit in peer.submits if submit.destination == number(7)[1:]][0])
        self.assertIn("nov", self.campaign(daemon, "list").stdout)
        shown = self.campaign(daemon, "show", "nov").stdout
        self.assertRegex(shown, r"state: +finished")
        self.assertRegex(shown, r"template: +due")
        self.campaign(daemon, "show", "other", code=1)

    def test_bad_rows_leave_nothing_and_their_report_can_be_mended(self):
        daemon = self.gate()
        bad = ('+44,A70,70,Nobody,120.50,GBP,2026-12-01\n'
               '4.86E+10,A71,71,Excel,120.50,GBP,2026-12-01\n'
               f'{number(72)},A72,72,=HYPERLINK(1),12050,XXX,2026-12-01\n'
               f'{number(73)},A73,73,Short\n'
               f'{number(1)},A1,1,Person 1,120.50,GBP,2026-12-01\n')
        text = HEADER + rows(5) + bad + rows(5, 10)
        report = str(self.directory / "bad.csv")
        refused = self.bring(daemon, text, "--report", report, code=1)
        for line in ("line 7: to: ", "line 8: to: ", "line 9: currency: ", "line 10: ", "line 11: id: "):
            self.assertIn(line, refused.stderr)
        self.assertIn("Nothing was imported", refused.stderr)
        self.wait_gone(daemon)
        with open(report, newline="") as file:
            told = list(csv.reader(file))
        self.assertEqual(told[0], ["line", "error", "column", *HEADER.strip().split(",")])
        self.assertEqual([(row[0], row[2]) for row in told[1:]], [("7", "to"), ("8", "to"), ("9", "currency"), ("10", ""), ("11", "id")])
        self.assertEqual(told[3][6], "'=HYPERLINK(1)", "no spreadsheet runs it")
        self.assertTrue(told[5][1].startswith("duplicate_id: "), told[5])

        skipped = self.bring(daemon, text, "--skip-bad", code=1)
        self.assertIn("10 accepted, 0 duplicate, 5 refused", skipped.stdout)
        self.assertEqual(self.show(daemon)["total"], 10)
        told = told[:2]
        told[1][3] = number(70)
        with open(report, "w", newline="") as file:
            csv.writer(file).writerows(told)
        mended = pathlib.Path(report).read_bytes()
        os.symlink(report, self.directory / "link.csv")
        for name in (report, str(self.directory / "link.csv")):
            own = self.campaign(daemon, "import", report, "--id", "nov", "--template", "due", "--report", name, code=1)
            self.assertIn("is the file that is imported", own.stderr)
        daemon.stop()
        self.campaign(daemon, "import", self.file(text), "--id", "nov", "--template", "due", "--report", report, code=3)
        self.assertEqual(pathlib.Path(report).read_bytes(), mended, "what a clerk has mended is there until there is a newer report")
        daemon.start()
        mended = self.campaign(daemon, "import", report, "--id", "nov", "--template", "due")
        self.assertIn("1 accepted", mended.stdout)
        self.assertEqual(self.show(daemon)["total"], 11)
        self.assertEqual(daemon.job("nov/A70/70/")["to"], number(70))

    def begin(self, daemon, octets, query="id=nov&template=due"):
        """An import whose body is not ended."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(daemon.socket)
        self._resources.callback(connection.close)
        connection.sendall(f"POST /v1/campaigns?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        octets = octets.encode()
        connection.sendall(b"%x\r\n%s\r\n" % (len(octets), octets))
        wait_for(lambda: daemon.counts()["importing"] > 0, "rows are there")
        return connection

    def test_a_body_that_is_cut_short_leaves_nothing(self):
        daemon = self.gate()
        for how in (socket.SHUT_WR, None):
            connection = self.begin(daemon, HEADER + rows(300))
            self.problem(daemon.call("POST", "/v1/campaigns?id=nov&template=due", HEADER + rows(1), "text/csv"), 409, "conflict")
            if how is None:
                connection.close()
            else:
                connection.shutdown(how)
                self.assertIn(b"cut_off", connection.recv(4096))
            self.wait_gone(daemon)
            self.assertEqual(daemon.get("/v1/jobs/nov%2FA1%2F1%2F").status, 404)
        self.assertIn("300 accepted", self.bring(daemon, HEADER + rows(300)).stdout)
        types = {event["type"] for event in daemon.events()}
        self.assertNotIn("cancelled", types, "what did not count is not told")

    def test_a_kill_in_the_middle_leaves_nothing(self):
        peer = self.peer()
        daemon = self.gate(peer)
        self.begin(daemon, HEADER + rows(300))
        daemon.kill()
        daemon.start()
        daemon.wait_bound("alpha")
        self.wait_gone(daemon)
        self.assertIn("300 accepted", self.bring(daemon, HEADER + rows(300)).stdout)
        wait_for(lambda: self.show(daemon)["jobs"] == {"delivered": 300}, "all of it is sent")
        self.assertEqual(peer.destinations(), {number(i): 1 for i in range(300)})

    def test_a_kill_after_the_answer_keeps_all(self):
        daemon = self.gate()
        self.bring(daemon, HEADER + rows(3000))
        daemon.kill()
        daemon.start()
        wait_for(lambda: self.show(daemon)["jobs"] == {"ready": 3000}, "all rows are let go")
        self.assertEqual(len([event for event in daemon.events() if event["type"] == "accepted"]), 3000)

    def test_another_person_approves(self):
        daemon = self.gate(campaigns={"approve_above": 10}, api={"mode": "0666"})
        self.assertIn("accepted", self.bring(daemon, HEADER + rows(10), campaign="small").stdout)
        self.assertIn("approval", self.bring(daemon, HEADER + rows(11), campaign="large").stdout)
        self.assertEqual(self.show(daemon, "large")["stage"], "approval")
        self.assertEqual(self.show(daemon, "large")["imported_by"], os.getuid())
        refused = self.campaign(daemon, "approve", "large", code=1)
        self.assertIn("same_person", refused.stderr)
        time.sleep(SETTLE)
        self.assertEqual(self.show(daemon, "large")["jobs"], {"importing": 11})
        if os.getuid() != 0:
            self.skipTest("only root can ask as another user")
        for path in (self.directory, daemon.directory):
            path.chmod(0o755)
        self.approve_as(OTHER_UID, daemon, "large")
        wait_for(lambda: self.show(daemon, "large")["jobs"] == {"ready": 11}, "it goes")
        self.assertEqual(self.show(daemon, "large")["approved_by"], OTHER_UID)

    def approve_as(self, uid, daemon, campaign):
        child = os.fork()
        if child == 0:  # nothing of the test's own must run on in here
            code = 1
            try:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
                answer = daemon.call("POST", f"/v1/campaigns/{campaign}/approve")
                code = 0 if answer.status == 200 else 2
            finally:
                os._exit(code)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)

    def test_nothing_leaves_after_a_pause_or_a_cancel_is_answered(self):
        peer = self.peer()
        daemon = self.gate(peer, alpha={"throughput": 100})
        self.bring(daemon, HEADER + rows(400))
        wait_for(lambda: len(peer.submits) > 20, "it goes")
        self.assertEqual(self.campaign(daemon, "pause", "nov").stdout, "nov: paused\n")
        handed_over = self.show(daemon)
        time.sleep(SETTLE)
        count = len(peer.submits)
        self.assertLess(count, 400)
        self.assertEqual(count, handed_over["total"] - handed_over["jobs"].get("ready", 0))
        daemon.kill()
        daemon.start()
        daemon.wait_bound("alpha")
        time.sleep(SETTLE)
        self.assertEqual(len(peer.submits), count, "a pause outlives the daemon")
        daemon.accepted({"id": "other", "to": number(999), "text": "not of the campaign"})
        daemon.wait_state("other", "delivered")
        self.campaign(daemon, "resume", "nov")
        wait_for(lambda: len(peer.submits) > count + 20, "it goes on")
        self.assertEqual(self.campaign(daemon, "cancel", "nov").stdout, "nov: cancelled\n")
        left = len(peer.submits)
        time.sleep(SETTLE)
        self.assertLessEqual(len(peer.submits), left + 1, "what the kernel had may still be read")
        self.campaign(daemon, "watch", "nov")
        ended = self.show(daemon)
        self.assertEqual(ended["open"], 0)
        self.assertEqual(set(ended["jobs"]), {"delivered", "cancelled"})
        self.assertEqual(set(peer.destinations().values()), {1})
        self.campaign(daemon, "resume", "nov", code=1)

    def test_what_failed_for_a_while_is_sent_again(self):
        phones = {"on": False}
        peer = self.peer(receipt=lambda submit: "DELIVRD" if phones["on"] else "EXPIRED")
        daemon = self.gate(peer)
        self.bring(daemon, HEADER + rows(5))
        wait_for(lambda: self.show(daemon)["jobs"] == {"expired": 5}, "no phone was on")
        phones["on"] = True
        self.assertEqual(self.campaign(daemon, "resend-failed", "nov").stdout, "nov: 5 are sent again, 0 failed for good\n")
        wait_for(lambda: self.show(daemon)["jobs"] == {"delivered": 5}, "they are delivered")

    def test_a_dry_run_stores_nothing(self):
        daemon = self.gate(alpha={"throughput": 10}, route=[
            {"name": "uk", "prefix": ["+44"], "smsc": ["alpha"], "price": "0.0300", "currency": "GBP"}])
        daemon.call("PUT", "/v1/consents/" + number(3), {"status": "blocked", "source": "letter"})
        text = HEADER.strip() + ",locale\n" + "".join(line + (",pl\n" if i % 2 else ",en\n") for i, line in enumerate(rows(100).splitlines()))
        told = self.bring(daemon, text + "+44,A,1,Nobody,1.00,GBP,2026-12-01,en\n", "--dry-run", code=1)
        self.assertIn("line 102: to: ", told.stderr)
        for line in (r"rows: +101", r"would go now: +99", r"would not go: +1 opted_out", r"bad rows: +1", r"languages: +50 en, 50 pl",
                     r"segments: +99 ", r"cost: +2.9700 GBP", r"uk +99 +99 +0.0300 GBP +2.9700 GBP", "A text in pl", "Nothing was stored"):
            self.assertRegex(told.stdout, line)
        answer = daemon.call("POST", "/v1/campaigns?id=nov&template=due&dry_run=true", text, "text/csv")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual((answer.json["now"], answer.json["cost"]), (99, {"GBP": "2.9700"}))
        self.assertIn("finish", answer.json)
        self.assertEqual(sum(daemon.counts().values()), 0)
        self.assertEqual(daemon.get("/v1/campaigns").json["campaigns"], [])
        daemon.call("POST", "/v1/campaigns?id=nov&template=due", HEADER + rows(1), "text/csv")
        self.campaign(daemon, "cancel", "nov")
        self.assertIn("would be refused: it was cancelled (conflict)", self.bring(daemon, HEADER + rows(3), "--dry-run").stdout)

    def test_a_time_to_send_at_is_the_recipients(self):
        daemon = self.gate()

        def next_time():
            """The next 10:30 in London, as the API writes it."""
            now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/London"))
            at = now.replace(hour=10, minute=30, second=0, microsecond=0)
            return (at if at > now else at + datetime.timedelta(days=1)).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")

        before = next_time()
        dry = self.bring(daemon, HEADER + rows(3), "--dry-run", "--send-at", "10:30")
        self.assertRegex(dry.stdout, r"would go later: +3 not_before")
        self.bring(daemon, HEADER + rows(3), "--send-at", "10:30")
        wait_for(lambda: self.show(daemon)["jobs"] == {"scheduled": 3}, "they wait")
        self.assertIn(daemon.job("nov/A1/1/")["next_attempt"][:19], {before, next_time()})
        moment = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)).strftime("%Y-%m-%dT10:00:00")
        self.bring(daemon, HEADER + rows(3), "--send-at", moment + "+02:00", campaign="moment")
        wait_for(lambda: self.show(daemon, "moment")["jobs"] == {"scheduled": 3}, "they wait, too")
        self.assertEqual(daemon.job("moment/A1/1/")["next_attempt"][:19], moment[:11] + "08:00:00")
        self.bring(daemon, HEADER + rows(3), campaign="now")
        wait_for(lambda: self.show(daemon, "now")["jobs"] == {"ready": 3}, "without one they wait for nothing")
        self.bring(daemon, HEADER + rows(1), "--send-at", "10:61", code=1)

    def test_a_canary_that_fails_keeps_the_rest(self):
        simulator = self.simulator("--error", "ESME_RINVDSTADR=0.5", "--receipt-delay", "100ms")
        daemon = self.gate(simulator)
        self.bring(daemon, HEADER + rows(200), "--canary", "20")
        wait_for(lambda: self.show(daemon)["paused"], "it is paused by itself")
        shown = self.show(daemon)
        self.assertRegex(shown["paused_reason"], r"^canary: \d+ of 20 failed$")
        self.assertEqual((shown["canary"]["state"], shown["canary"]["size"]), ("tripped", 20))
        time.sleep(SETTLE)
        shown = self.show(daemon)
        self.assertGreaterEqual(shown["jobs"]["ready"], 180)
        self.assertLessEqual(len(simulator.accepted()), 20)
        self.assertIn("is paused by its canary: ", daemon.log_text())
        told = [event["reason"] for event in daemon.events() if event["type"] == "campaign"]
        self.assertEqual(told, ["imported", "paused: " + shown["paused_reason"]])
        self.campaign(daemon, "resume", "nov")
        wait_for(lambda: self.show(daemon)["open"] == 0, "the rest goes: a person has looked")

    def test_files_of_spreadsheets(self):
        daemon = self.gate()
        german = f"to;Kunden-Nr;invoice;name;amount;currency;due_date\n{number(1)};4711;1;J\xfcrgen;1.120,50;EUR;2026-12-01\n"
        path = self.directory / "german.csv"
        path.write_bytes(german.encode("windows-1252"))
        words = ("import", str(path), "--template", "due", "--map", "Kunden-Nr=account", "--locale", "de-DE", "--id")
        self.assertIn("bad_encoding", self.campaign(daemon, *words, "a", code=1).stderr)
        self.campaign(daemon, *words, "a", "--charset", "windows-1252")
        self.assertEqual(daemon.job("a/4711/1/")["account"], "4711")
        path.write_bytes(german.encode("utf-16"))
        self.campaign(daemon, *words, "b")
        done = subprocess.run([BIN / "dunlin", "--socket", daemon.socket, "campaign", "import", "-", "--id", "c", "--template", "due"],
                              input=HEADER + rows(2), capture_output=True, text=True, timeout=WAIT)
        self.assertEqual(done.returncode, 0, done)
        self.campaign(daemon, "import", str(self.directory / "none.csv"), "--id", "d", "--template", "due", code=1)
        self.campaign(daemon, "import", str(path), "--template", "due", code=2)
        gone = subprocess.run([BIN / "dunlin", "--socket", "/nowhere/x.sock", "campaign", "list"], capture_output=True, timeout=WAIT)
        self.assertEqual(gone.returncode, 3)


if __name__ == "__main__":
    main()
