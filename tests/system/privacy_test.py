"""What a run says of people, and where: numbers and texts are in the store and in answers to whoever asks for his own job, and nowhere else.

One daemon is driven through everything it can be asked, at its most talkative, with numbers and words that are found again. Then all that others may
read is searched for them: the log, the metrics, the status that systemd shows, the names of process and threads, its environment, every error answer of
the API and of the tool, and what a refused configuration prints. A masked number ("+44*********01") is what may be there.
"""

import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

from harness import BIN, WAIT, SystemTest, UnixConnection, config_text, main, number, smsc, wait_for
from peer import OK, deliver_body

# One word of each kind: found again whatever stands around it. Folded texts would still have them.
TEXT, PARAM, REPLY, STOP_TAIL, URL, HOLD_TEXT, BAD, PASSWORD = ("Quokkafuenfzig", "Wombatpetersen", "Numbatwiderspruch", "Kakapo", "Bilbylink",
                                                               "Dugongtext", "Tapirfehler", "s3crYak")
WORDS = (TEXT, PARAM, REPLY, STOP_TAIL, URL, HOLD_TEXT, BAD, PASSWORD)
PEOPLE = [number(index) for index in range(501, 520)]
CONF = pathlib.Path(__file__).parents[2] / "conf"
DOCS = pathlib.Path(__file__).parents[2] / "docs" / "api.md"
BAD_NUMBERS = ["+44770", "+4477009005551234567", "00447700900556", "07700900557", "+447700900558x"]


def forms(one):
    """How a number may be written: with '+', without, as its country writes it."""
    digits = one.lstrip("+")
    return {one, digits, "0" + digits[2:] if digits.startswith("44") else digits}


def needles():
    numbers = {form for one in PEOPLE for form in forms(one)} | {one.lstrip("+") for one in BAD_NUMBERS}
    return sorted(numbers) + list(WORDS)


def leaks(text):
    """What of the run is in it, the octets of it written as hex, too."""
    low = text.lower()
    return [each for each in needles() if each.lower() in low or each.encode().hex() in low]


class Systemd:
    """The socket that a unit's notifications go to."""

    def __init__(self, path):
        self.said, self.socket = [], socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            while True:
                self.said.append(self.socket.recv(4096).decode())
        except OSError:
            pass


class Privacy(SystemTest):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.errors = []  # (what was asked, the answer)

    def refused(self, daemon, method, path, body=None, content_type="application/json"):
        answer = daemon.call(method, path, body, content_type)
        if answer.status >= 400 or answer.content_type == "application/x-ndjson":  # else whoever named it himself is answered
            self.errors.append((f"{method} {path} {body!r}", f"{answer.status} {answer.body}"))
        return answer

    def serve(self, log, notify=None):
        self.alpha = self.peer(answer=self.answer)
        tables = {"smsc": [smsc(self.alpha.port, password=PASSWORD)], "log": log,
                  "dunning": {"in_doubt_wait": "1s"}}
        environment = os.environ.get("NOTIFY_SOCKET")
        if notify:
            os.environ["NOTIFY_SOCKET"] = str(notify)
        try:
            daemon = self.daemon(tables, start=False)
            for folder in ("templates.d", "plans.d"):
                shutil.copytree(CONF / folder, daemon.directory / folder)
            shutil.copy(CONF / "replies.toml", daemon.directory)
            daemon.start()
        finally:
            os.environ.pop("NOTIFY_SOCKET", None)
            if environment:
                os.environ["NOTIFY_SOCKET"] = environment
        daemon.wait_bound("alpha")
        return daemon

    @staticmethod
    def answer(submit):
        """Some numbers do not exist, and one is answered with what is no status of ours."""
        return {PEOPLE[7].lstrip("+"): 0x0B, PEOPLE[8].lstrip("+"): 0x4A7}.get(submit.destination.lstrip("+"), OK)

    @staticmethod
    def capture(daemon, seconds):
        connection = UnixConnection(daemon.socket, WAIT)
        with contextlib.closing(connection):
            connection.request("GET", f"/v1/links/alpha/capture?seconds={seconds}")
            return connection.getresponse().read()

    def drive(self, daemon):
        def job(job_id, index, **changes):
            return {"id": job_id, "to": PEOPLE[index], "text": f"Dear {TEXT}, please pay", "account": f"acc{index}", **changes}

        captured = []
        capture = threading.Thread(target=lambda: captured.append(self.capture(daemon, 3)), daemon=True)
        capture.start()
        daemon.accepted(job("plain", 0), job("long", 1, text=f"{TEXT} żółć " * 40), job("bad", 7), job("odd", 8),
                        job("link", 2, pay_url=f"https://pay.example.com/{URL}"))
        daemon.wait_state("plain", "delivered")
        daemon.wait_state("long", "delivered")
        daemon.wait_state("bad", "rejected")
        daemon.post("/v1/jobs", job("one", 3, text=f"{TEXT} ünï"))
        self.assertEqual(daemon.post("/v1/preview", job("seen", 3)).status, 200)
        self.let_clerks_work(daemon, job)
        self.alpha.say(PEOPLE[0], f"{REPLY} who are you")
        self.alpha.say(PEOPLE[1], "STOP")
        self.alpha.say(PEOPLE[2], f"stop {STOP_TAIL}")
        self.alpha.say(PEOPLE[9], f"{REPLY} łódź")
        self.alpha.deliver(deliver_body(PEOPLE[10].lstrip("+"), "ACME", f"{REPLY} bytes".encode(), data_coding=4))
        self.alpha.deliver(deliver_body(PEOPLE[11].lstrip("+"), "ACME",
                                        f"id:nobody sub:001 dlvrd:001 stat:DELIVRD err:000 text:{REPLY}".encode(), esm_class=4))
        self.alpha.deliver(deliver_body(PEOPLE[12].lstrip("+"), "ACME", bytes([5, 0, 3, 7, 2, 1]) + REPLY.encode(), esm_class=0x40))
        self.alpha.receiving().request(0x00000005, b"\0\1\1")  # a deliver_sm cut short
        daemon.post("/v1/payments", {"account": "acc3"})
        hold = daemon.post("/v1/holds", {"number": PEOPLE[4], "reason": HOLD_TEXT})
        daemon.accepted(job("held", 4))
        self.assertEqual(daemon.state("held"), "held")
        daemon.call("DELETE", f"/v1/holds/{hold.json['id']}")
        daemon.call("PUT", "/v1/consents/" + urllib.parse.quote(PEOPLE[5]), {"status": "blocked", "source": "letter"})
        daemon.accepted(job("blocked", 5))
        daemon.call("PATCH", "/v1/jobs/held", {"params": {"name": PARAM}})
        daemon.post("/v1/links/alpha/pause")
        daemon.accepted(job("queued", 6), job("stays", 13))
        daemon.call("DELETE", "/v1/jobs/queued")
        capture.join(WAIT)
        self.assertGreater(len(captured[0]), 1000)
        pdus = daemon.get("/v1/links/alpha/pdus")
        self.assertEqual(leaks(pdus.body), [], "the flight recorder")
        self.assertEqual(leaks(captured[0].decode("latin-1")), [], "the capture")
        daemon.post("/v1/links/alpha/resume")
        self.assertEqual(daemon.post("/v1/forget", {"number": PEOPLE[0]}).status, 200)
        self.alpha.drop()
        daemon.wait_bound("alpha")
        daemon.post("/v1/links/alpha/rebind")
        daemon.wait_bound("alpha")
        wait_for(lambda: "submits_total" in daemon.metrics(), "metrics")

    def let_clerks_work(self, daemon, job):
        """Campaigns, plans, conversations, the call list, explanations: all of them speak of people to whoever asks."""
        def answered(answer, status=200):
            self.assertEqual(answer.status, status, answer)
            return answer

        due = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 10 * 86400))
        debt = {"amount": "120.50", "currency": "GBP", "due_date": due, "time_zone": "Europe/London",
                "params": {"name": PARAM, "creditor": "Acme", "contact": "0800 1"}}
        planned = {**job("planned", 17, **debt), "plan": "friendly", "invoice": "i17"}
        del planned["text"]
        daemon.accepted(planned, job("silent", 18, escalate_after="1s"))
        row = f"{{}},acc16,i16,{PARAM},{{}},GBP,{due},Acme,0800 1\n"
        header = "to,account,invoice,name,amount,currency,due_date,creditor,contact\n"
        answered(daemon.call("POST", "/v1/campaigns?id=nov&template=reminder", header + row.format(PEOPLE[16], "120.50"), "text/csv"))
        for rows in (row.format(PEOPLE[14], BAD), row.format(BAD_NUMBERS[0], "1"), row.format(f'"{BAD}', "1"), f"{BAD},{PEOPLE[14]}\n"):
            self.refused(daemon, "POST", "/v1/campaigns?id=wrong&template=reminder", header + rows, "text/csv")
        self.refused(daemon, "POST", f"/v1/campaigns?id=wrong&template={BAD}", header, "text/csv")
        for path in ("/v1/campaigns", "/v1/campaigns/nov", "/v1/plans", f"/v1/plans/friendly?due={due}&number={urllib.parse.quote(PEOPLE[17])}"):
            answered(daemon.get(path))
        for order in ("pause", "resume", "cancel"):
            answered(daemon.post(f"/v1/campaigns/nov/{order}"))

        listed = f"/v1/inbox/{urllib.parse.quote(PEOPLE[18])}"
        wait_for(lambda: PEOPLE[18] in daemon.get("/v1/call-list").body, "who is silent is to be phoned")
        answered(daemon.get("/v1/call-list?format=json"))
        self.alpha.say(PEOPLE[18], f"{REPLY} whatever")
        wait_for(lambda: PEOPLE[18] in daemon.get("/v1/inbox").body, "the reply waits for a person")
        self.assertIn(REPLY, answered(daemon.get(listed)).body)
        answered(daemon.post(f"{listed}/answer", {"text": f"{TEXT} says a clerk"}), 201)
        answered(daemon.post(f"{listed}/promise", {"date": due}))
        answered(daemon.post(f"{listed}/dispute"))
        answered(daemon.post(f"{listed}/clear"))
        answered(daemon.call("DELETE", "/v1/call-list/silent"))
        for query in ("job=planned", "account=acc17", f"number={urllib.parse.quote(PEOPLE[18])}", "of=silent", "job=planned&at=2099-01-01T00:00:00Z"):
            self.assertTrue(leaks(answered(daemon.get(f"/v1/explain?{query}")).body), query)

    def ask_badly(self, daemon):
        """Each route with numbers and words where it does not take them."""
        good = {"id": "x", "to": PEOPLE[14], "text": BAD}
        wrong = [{**good, "to": one} for one in BAD_NUMBERS]
        wrong += [{**good, field: value} for field, value in [
            ("kind", BAD), ("purpose", PEOPLE[14]), ("priority", BAD), ("amount", BAD), ("amount", PEOPLE[14]), ("currency", BAD), ("fee", BAD),
            ("due_date", PEOPLE[14]), ("due_date", BAD), ("pay_url", f"http://{BAD}.example/{PEOPLE[14]}"),
            ("pay_url", f"https://bit.ly/{BAD}"), ("pay_url", f"https://pay.example.com/{PEOPLE[14]}"), ("ledger_as_of", BAD), ("not_before", PEOPLE[14]),
            ("expires", BAD), ("encoding", BAD), ("transliterate", BAD), ("max_segments", BAD), ("in_doubt", BAD), ("template", BAD),
            ("params", {PEOPLE[14]: BAD}), ("params", {"name": PEOPLE[14]}), ("time_zone", BAD), ("send_at_local", PEOPLE[14]), ("sender", f"{BAD}{PEOPLE[14]}"),
            ("locale", f"{BAD}-{PEOPLE[14]}"), ("consent", {"basis": "", "source": BAD}), ("stage", BAD * 100), ("plan", BAD), ("text", BAD * 3000),
            ("text", {"words": BAD}), (PEOPLE[14], BAD), ("text", BAD + "\x00"), ("encoding", "gsm7"), ("campaign", 7)]]
        for body in wrong:
            self.refused(daemon, "POST", "/v1/jobs", body)
            self.refused(daemon, "POST", "/v1/preview", body)
        self.refused(daemon, "POST", "/v1/jobs", "".join(json.dumps({**body, "id": f"w{i}"}) + "\n" for i, body in enumerate(wrong)),
                     "application/x-ndjson")
        self.refused(daemon, "POST", "/v1/jobs", f'{{"id":"x","to":"{PEOPLE[14]}","text":"{BAD}"\n{BAD}\n', "application/x-ndjson")
        for text in (f'{{"id":"x","to":"{PEOPLE[14]}" "{BAD}"}}', f'["{PEOPLE[14]}"]', f'"{BAD}"', BAD, b'{"text":"' + BAD.encode() + b'\xff"}',
                     f'{{"text":"{BAD}","text":"{PEOPLE[14]}"}}'):
            for path in ("/v1/jobs", "/v1/payments", "/v1/holds", "/v1/forget", "/v1/preview", "/v1/jobs/x/resolve", "/v1/consumers/x", f"/v1/accounts/{BAD}"):
                self.refused(daemon, "POST", path, text)
        self.refused(daemon, "POST", "/v1/jobs", BAD, f"text/{BAD}")
        quoted = [urllib.parse.quote(one, safe="") for one in (PEOPLE[14], *BAD_NUMBERS, BAD)]
        for one in quoted:
            for method, path, body in [
                    ("GET", f"/v1/jobs/{one}", None), ("PATCH", f"/v1/jobs/{one}", {"amount": BAD}), ("DELETE", f"/v1/jobs/{one}", None),
                    ("POST", f"/v1/jobs/{one}/resolve", {"as": BAD}), ("GET", f"/v1/consents/{one}", None),
                    ("PUT", f"/v1/consents/{one}", {"status": BAD, "source": BAD}), ("PUT", f"/v1/consents/{one}", {"status": "allowed", "source": BAD, "purpose": BAD}),
                    ("DELETE", f"/v1/holds/{one}", None), ("DELETE", f"/v1/bad-numbers/{one}", None), ("GET", f"/v1/bad-numbers?format={one}", None),
                    ("GET", f"/v1/holds?{one}={one}", None), ("GET", f"/v1/events?after={one}", None), ("GET", f"/v1/events?{one}=1", None),
                    ("GET", f"/v1/{one}", None), ("PUT", f"/v1/jobs/{one}", {}), ("POST", f"/v1/links/{one}/pause", None),
                    ("PATCH", f"/v1/links/{one}", {"window": BAD}), ("GET", f"/v1/links/{one}/pdus", None), ("GET", f"/v1/links/alpha/pdus?most={one}", None),
                    ("GET", f"/v1/links/{one}/capture?seconds=1", None), ("GET", f"/v1/links/alpha/capture?seconds={one}", None),
                    ("POST", f"/v1/consumers/{one}", {"ack": BAD}), ("POST", f"/v1/accounts/{one}", {"amount": BAD, "due_date": PEOPLE[14]})]:
                if f"?{BAD}=" not in path:  # the name of a field is repeated as it was given
                    self.refused(daemon, method, path, body)
        for body in ({"number": BAD}, {"number": PEOPLE[14] + "x"}, {PEOPLE[14]: 1}):
            self.refused(daemon, "POST", "/v1/forget", body)
        for body in ({"account": BAD, "amount": BAD, "id": "p", "currency": "EUR"}, {"account": BAD, "paid_at": PEOPLE[14]}, {PEOPLE[14]: BAD},
                     {"account": BAD, "amount": "1", "id": PEOPLE[14], "currency": BAD}):
            self.refused(daemon, "POST", "/v1/payments", body)
        for body in ({"number": BAD, "reason": BAD}, {"number": PEOPLE[14], "reason": BAD, "until": BAD}, {"account": BAD, "number": PEOPLE[14], "reason": BAD},
                     {"number": PEOPLE[14]}):
            self.refused(daemon, "POST", "/v1/holds", body)

    def ask_every_route_badly(self, daemon):
        """Whatever routes there are, by the list that docs/api.md is generated from: none is forgotten here."""
        calls = DOCS.read_text().split("<!-- calls -->")[1].split("<!-- /calls -->")[0]
        routes = re.findall(r"^\| `(\w+) (/v1/[^`]*)`", calls, re.M)
        self.assertGreater(len(routes), 25)
        person = urllib.parse.quote(PEOPLE[14], safe="")
        for method, path in routes:
            path = re.sub(r"\{\w+\}", person, path)
            answer = self.refused(daemon, method, f"{path}?{person}={person}", {})
            self.assertEqual((answer.status, answer.json["code"]), (400, "unknown_parameter"), path)
            if method in ("POST", "PUT", "PATCH") and "/links/" not in path and path != "/v1/reload" and not path.endswith(("/block", "/clear", "/dispute")):  # those take no body
                for body in ({PEOPLE[14]: BAD}, f'{{"{BAD}": "{PEOPLE[14]}" {BAD}', f'["{PEOPLE[14]}"]', BAD):
                    self.assertGreaterEqual(self.refused(daemon, method, path, body).status, 400, path)

    def use_the_tool_badly(self, daemon):
        """What it says of refusals; whoever typed a number sees his own words in what it prints."""
        job = json.dumps({"id": "t", "to": BAD_NUMBERS[0], "text": BAD})
        for arguments, stdin in [(("submit", "-"), job + "\n"), (("submit", "-"), f'{{"to":"{PEOPLE[14]}","text":"{BAD}\n'), (("preview", "-"), job),
                                 (("job", "show", "nobody"), None), (("consent", "show", PEOPLE[15]), None),
                                 (("forget", BAD_NUMBERS[1]), None), (("bad-numbers", "clear", PEOPLE[15]), None),
                                 (("hold", PEOPLE[15], "--reason", "r", "--until", BAD), None), (("paid", "acc", "--amount", BAD, "--id", "p"), None)]:
            said = self.tool(daemon, *arguments, stdin=stdin)
            self.assertNotEqual(said.returncode, 0, arguments)
            self.errors.append((" ".join(("dunlin", *arguments)), said.stderr))

    def look_at_the_process(self, daemon):
        place = pathlib.Path("/proc", str(daemon.process.pid))
        shown = {name: (place / name).read_bytes().replace(b"\0", b"\n").decode(errors="replace") for name in ("cmdline", "environ", "status")}
        shown.update({str(task): (task / "comm").read_text() for task in (place / "task").iterdir()})
        for name, text in shown.items():
            self.assertEqual(leaks(text), [], name)
        self.assertRegex((place / "limits").read_text(), r"Max core file size\s+1\s+1\s")

    def search(self, daemon, notified=()):
        log = daemon.log.read_text(errors="replace")
        self.assertGreater(len(log.splitlines()), 8, "the log has something to say")
        found = [(line, leaks(line)) for line in log.splitlines() if leaks(line)]
        self.assertEqual(found, [], "the log")
        self.assertEqual(leaks(daemon.metrics()), [], "metrics")
        self.assertEqual(leaks(daemon.get("/v1/status").body), [], "status")
        self.assertEqual(leaks(daemon.get("/v1/links").body), [], "links")
        self.assertEqual([(said, leaks(said)) for said in notified if leaks(said)], [], "what systemd shows")
        self.assertGreater(len(self.errors), 250)
        self.assertEqual([(asked, answer, leaks(answer)) for asked, answer in self.errors if leaks(answer)], [], "error answers")

    def test_nothing_of_a_run_is_where_others_read(self):
        systemd = Systemd(self.directory / "notify")
        daemon = self.serve({"level": "trace"}, self.directory / "notify")
        self.drive(daemon)
        self.ask_badly(daemon)
        self.ask_every_route_badly(daemon)
        self.use_the_tool_badly(daemon)
        # That it is there at all: the search finds what whoever may see it is given.
        self.assertIn(PEOPLE[13], daemon.get("/v1/jobs/stays").body)
        self.assertTrue(leaks("".join(json.dumps(event) for event in daemon.events())))
        self.look_at_the_process(daemon)
        daemon.post("/v1/reload")
        self.search(daemon, systemd.said)
        self.assertTrue(any("READY=1" in said for said in systemd.said))
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(leaks(daemon.log.read_text(errors="replace")), [])

    def test_the_same_as_json(self):
        daemon = self.serve({"level": "trace", "format": "json"})
        self.drive(daemon)
        lines = daemon.log.read_text(errors="replace").splitlines()
        for line in lines:
            json.loads(line)
        self.assertEqual([line for line in lines if leaks(line)], [])

    def test_a_refused_configuration_says_neither(self):
        path = self.directory / "bad.toml"
        for tables in ({"smsc": [{**smsc(1), "password": PASSWORD * 3}]}, {"smsc": [{**smsc(1), "password": PASSWORD, "source": PEOPLE[0] + BAD}]},
                       {"smsc": [{**smsc(1), "password": PASSWORD, "port": PASSWORD}]}, {"smsc": [{**smsc(1), "passwort": PASSWORD}]},
                       {"smsc": [smsc(1)], "dunning": {"quiet_hours": PEOPLE[0]}}):
            path.write_text(config_text(tables))
            self.check_refused(path)
        for text in (f'[[smsc]]\nname = "a"\npassword = "{PASSWORD}\n', f'[[smsc]]\npassword = {PASSWORD}\n', f'password = "{PASSWORD}" "{PEOPLE[0]}"\n'):
            path.write_text(text)
            self.check_refused(path)

    def check_refused(self, path):
        for more in ((), ("--check",)):
            said = subprocess.run([BIN / "dunlind", "--config", path, *more], capture_output=True, text=True, timeout=WAIT)
            self.assertEqual(said.returncode, 1, path.read_text())
            self.assertEqual(leaks(said.stdout + said.stderr), [], path.read_text())

    def test_texts_go_when_they_are_old_and_jobs_after_them(self):
        peer = self.peer()
        daemon = self.daemon({"smsc": [smsc(peer.port, receipt_timeout="1s")], "retention": {"texts": "1s", "jobs": "6s"}})
        daemon.wait_bound("alpha")
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
        job = {"id": "old", "to": PEOPLE[0], "text": TEXT, "account": "4711", "expires": expires}
        daemon.accepted(job)
        daemon.wait_state("old", "delivered")
        wait_for(lambda: daemon.job("old").get("texts_erased"), "its text is erased")
        self.assertIn("texts were erased", self.tool(daemon, "job", "show", "old").stdout)
        self.assertEqual(leaks(daemon.get("/v1/jobs/old").body.replace(PEOPLE[0], "")), [])
        self.assertEqual(daemon.submit(job)[0]["status"], "duplicate")
        self.assertEqual(daemon.submit({**job, "text": "other"})[0]["error"]["code"], "conflict")
        daemon.restart()
        wait_for(lambda: daemon.get("/v1/jobs/old").status == 404, "the job is gone")
        self.assertGreaterEqual(daemon.metric('dunlin_erased_total{what="jobs"}'), 1)
        self.assertEqual(sum(daemon.counts().values()), 0)

    def test_no_core_is_written(self):
        """Whatever the shell allows: the limit is the daemon's own, and a crash leaves no file."""
        peer = self.peer()
        daemon = self.daemon({"smsc": [smsc(peer.port)]}, start=False)
        before = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
        try:
            daemon.start()
        finally:
            resource.setrlimit(resource.RLIMIT_CORE, before)
        daemon.wait_bound("alpha")
        daemon.accepted({"id": "a", "to": PEOPLE[0], "text": TEXT})
        self.look_at_the_process(daemon)
        os.kill(daemon.process.pid, signal.SIGSEGV)
        _, status = os.waitpid(daemon.process.pid, 0)
        daemon.process.returncode = -os.WTERMSIG(status)
        self.assertEqual(os.WTERMSIG(status), signal.SIGSEGV)
        self.assertFalse(os.WCOREDUMP(status))
        self.assertEqual(leaks(daemon.log.read_text(errors="replace")), [])


if __name__ == "__main__":
    main()
