"""The story of tools/demo: a clerk's fifteen minutes, in under one. Each chapter checks that it came out as it is told, or ends the demo.

The customers are made up, and their numbers are of ranges that regulators keep for fiction (Ofcom +44 7700 900xxx, Arcep +33 6 39 98 xx xx,
BNetzA +49 171 39200xx): nobody has them.
"""

import argparse
import collections
import csv
import io
import json
import shutil
import signal
import subprocess
import sys
import time

from demo_session import BIN, SAMPLES, Failed, Session, say, wait_for

# Who writes what, and what it means. The text is the customer's own language.
REPLIES = {
    "EN-1003": ("STOP", "opt_out"),
    "EN-1004": ("thanks", "acknowledgement"),
    "EN-1006": ("HELP", "help"),
    "FR-1014": ("Payer maintenant", "pay_now"),
    "FR-1017": ("J'ai payé", "paid"),
    "PT-1005": ("Número errado", "wrong_number"),
    "PT-1009": ("Vou pagar amanhã", "promise"),
    "DE-1020": ("Ich bestreite die Forderung", "dispute"),
    "IT-1002": ("Non posso pagare", "hardship"),
    "PL-1007": ("Oddzwońcie", "call_me"),
    "ES-1011": ("mi perro se ha comido la factura", "unclear"),
    "NL-1004": ("Stop met die sms'jes", "opt_out"),
}
BACK = ("NL-1004", "START", "opt_in")
ANSWERED = ("EN-1006", "FR-1014", "PT-1009")  # by themselves: who we are, the link, the promise
SILENT = 9  # customers in London who neither pay nor answer
STOPPED = "EN-1003"


def expect(true, what):
    if not true:
        raise Failed(what)


def chapter(title):
    say(f"== {title}\n")


class Story:
    def __init__(self, demo):
        self.demo = demo
        rows = list(csv.DictReader(io.StringIO((SAMPLES / "november.csv").read_text()), delimiter=";"))
        self.number = {row["account"]: row["to"] for row in rows}
        self.invoice = {row["account"]: row["invoice"] for row in rows}
        self.languages = {row["locale"] for row in rows}
        self.abroad = {row["account"] for row in rows if not row["to"].startswith("+44")}
        self.rows = rows
        self.paid = []

    def job_of(self, account):
        return f"november/{account}/{self.invoice[account]}/"

    def events(self):
        return [json.loads(line) for line in self.demo.get("/v1/events?after=0").splitlines() if line]

    def state(self, account):
        return json.loads(self.demo.get("/v1/jobs/" + self.job_of(account).replace("/", "%2F")))["state"]

    # --- chapters

    def spreadsheet(self):
        chapter("1. A file, and what a spreadsheet did to it")
        say(f"The clerk has november.csv from accounting: {len(self.rows)} customers of Northwind, a week overdue, in {len(self.languages)} languages.\n")
        text = (self.demo.directory / "november.csv").read_text()
        self.demo.shows("head -4 november.csv", "\n".join(text.splitlines()[:4]))
        number = self.number["ES-1003"]
        (self.demo.directory / "from-excel.csv").write_text(text.replace(number, "4.47701E+11"))
        say("A copy went through a spreadsheet, which made one number 4.47701E+11. Dunlin takes all rows or none:\n")
        self.demo.dunlin("campaign", "import", "from-excel.csv", "--id", "november", expect=1)
        wait_for(lambda: self.demo.call("GET", "/v1/campaigns/november")[0] == 404, "nothing of it is left")

    def dry_run(self):
        chapter("2. What would happen")
        say("Nothing is stored; each text is written, encoded, routed, and asked of every rule:\n")
        told = self.demo.dunlin("campaign", "import", "november.csv", "--id", "november", "--dry-run", lines=18)
        whole = json.loads(self.demo.dunlin("--json", "campaign", "import", "november.csv", "--id", "november", "--dry-run", show=False).splitlines()[-1])
        expect(whole["rows"] == len(self.rows), f"the dry run has {whole['rows']} rows")
        expect(self.demo.smsc(status=True)["accepted"] == 0, "a dry run sent something")

    def goes_out(self):
        chapter("3. It goes out, the first forty ahead of the rest")
        self.demo.dunlin("campaign", "import", "november.csv", "--id", "november", "--canary", 40)
        here = len(self.rows) - len(self.abroad)
        watch = subprocess.Popen([BIN / "dunlin", "--socket", self.demo.socket, "campaign", "watch", "november"], stdout=subprocess.PIPE, text=True)
        try:
            say("  $ dunlin campaign watch november")
            for line in watch.stdout:
                say("    " + line.rstrip()[:150])
                self.demo.alive()
                campaign = json.loads(self.demo.get("/v1/campaigns/november"))
                expect(not campaign["paused"], f"it paused by itself: {campaign.get('paused_reason')}")
                jobs = campaign["jobs"]
                if jobs.get("delivered", 0) + jobs.get("undelivered", 0) >= here:
                    break
        finally:
            watch.terminate()
            watch.wait()
            watch.stdout.close()
        say()
        campaign = json.loads(self.demo.get("/v1/campaigns/november"))
        expect(campaign["canary"]["state"] == "passed", f"the canary: {campaign['canary']}")
        say("The same file once more, by mistake, adds nothing:\n")
        told = self.demo.dunlin("--json", "campaign", "import", "november.csv", "--id", "november", show=False)
        answer = json.loads(told.splitlines()[-1])
        self.demo.shows("dunlin campaign import november.csv --id november", f"{answer['accepted']} accepted, {answer['duplicate']} known already")
        expect(answer["duplicate"] == len(self.rows) and answer["accepted"] == 0, f"the same file twice: {answer}")

    def quiet(self):
        chapter("4. Too late in Berlin and Paris")
        say(f"quiet_hours = \"{self.demo.quiet}\", on each recipient's clock. In London they have not begun; {len(self.abroad)} customers in Germany and France wait:\n")
        one = sorted(self.abroad)[0]
        self.demo.dunlin("explain", self.job_of(one), lines=18)
        states = {account: self.state(account) for account in self.abroad}
        expect(set(states.values()) == {"scheduled"}, f"not all abroad wait: {states}")
        job = json.loads(self.demo.get("/v1/explain?job=" + self.job_of(one).replace("/", "%2F")))["job"]
        expect(job["next"]["reason"] == "quiet_hours" and job["next"]["gate"] == "calendar", f"{one} does not wait for its hours: {job['next']}")

    def answers(self):
        chapter("5. They answer")
        for account, (text, intent) in REPLIES.items():
            self.demo.smsc(mo={"from": self.number[account], "to": "ACME", "text": text})
        wait_for(lambda: sum(event["type"] == "replied" for event in self.events()) == len(REPLIES), "all replies are told")
        account, text, intent = BACK
        self.demo.smsc(mo={"from": self.number[account], "to": "ACME", "text": text})
        wait_for(lambda: sum(event["type"] == "replied" for event in self.events()) == len(REPLIES) + 1, "START is told")
        told = [event for event in self.events() if event["type"] == "replied"]
        names = {number: account for account, number in self.number.items()}
        for event in told:
            say(f"    {names[event['from']]}  {event['text']:<32} {event['intent']}")
        say()
        wanted = sorted([(account, intent) for account, (_, intent) in REPLIES.items()] + [(account, intent)])
        expect(sorted((names[event["from"]], event["intent"]) for event in told) == wanted, "replies were understood otherwise")
        for each in ANSWERED:
            wait_for(lambda: sum(to == self.number[each] for to, _ in self.demo.journal()) >= 2, f"the answer to {each}")
        number = self.number[STOPPED]
        wait_for(lambda: [text for to, text in self.demo.journal() if to == number][1:], "the confirmation of the STOP")
        confirmation = [text for to, text in self.demo.journal() if to == number][-1]
        say(f"STOP is confirmed once, and is obeyed from the moment the SMSC has our answer to it:\n\n    {confirmation}\n")
        self.demo.dunlin("consent", "show", number)

    def payments(self):
        chapter("6. They pay")
        say("The billing system hears of it first, and says so at once. What was still to come of a plan is cancelled with the answer:\n")
        self.unreached = {event["account"] for event in self.events() if event["type"] == "undelivered"} - set(REPLIES)
        others = [account for account in sorted(self.number) if account not in self.abroad | set(REPLIES) | self.unreached]
        self.silent = set(others[::len(others) // SILENT][:SILENT])
        self.paid = sorted(set(self.number) - set(REPLIES) - self.silent - self.unreached)
        self.demo.dunlin("paid", self.paid[0])
        for account in self.paid[1:]:
            status, answer = self.demo.call("POST", "/v1/payments", {"account": account})
            expect(status == 200, f"{account}: {answer}")
        say(f"… and so for {len(self.paid) - 1} more, over the API.\n")
        ended = collections.Counter(event["account"] for event in self.events() if event["type"] == "cancelled" and event["reason"] == "paid")
        expect(ended == collections.Counter(self.paid), f"not what was to come of those who paid, and of them alone, was cancelled: {ended}")
        counts = json.loads(self.demo.get("/v1/campaigns/november"))["jobs"]
        still = len(self.number) - len(self.paid) - len(self.unreached) - counts["blocked"]
        expect(counts["scheduled"] + counts.get("held", 0) == still, f"plans go on of others than those {still} who neither paid nor said STOP, and were reached: {counts}")

    def plans_of_the_paid_have_ended(self):
        """Once those of the others went on: after a payment nothing more happens to its account but receipts of what was sent."""
        paid_at, after = {}, collections.Counter()
        for event in self.events():
            account = event.get("account")
            if event["type"] == "paid":
                paid_at[account] = event["seq"]
            elif account in paid_at and event["type"] in ("escalated", "handoff", "submitted", "scheduled"):
                after[account, event["type"]] += 1
        expect(set(paid_at) == set(self.paid), f"told of other payments: {set(paid_at) ^ set(self.paid)}")
        expect(not after, f"payments did not end plans: {after}")

    def inbox(self):
        chapter("7. The clerk's inbox")
        say("What Dunlin did not recognise as harmless holds whatever would be sent next. The clerk looks, and decides:\n")
        self.demo.dunlin("inbox")
        unclear, poor, wrong = (self.number[each] for each in ("ES-1011", "IT-1002", "DE-1020"))
        self.demo.dunlin("inbox", "show", unclear)
        self.demo.dunlin("inbox", "answer", unclear, "Hola, ¿es sobre su factura? Northwind, 0808 157 0123")
        self.demo.dunlin("inbox", "clear", unclear)
        say("Somebody rang: ten days more for IT-1002. DE-1020 is for the lawyers. The wrong number stays held until accounting has the right one.\n")
        self.demo.dunlin("inbox", "promise", poor, self.demo.later(10))
        self.demo.dunlin("inbox", "dispute", wrong)
        self.demo.dunlin("inbox", "--term")
        left = {item["intent"] for item in json.loads(self.demo.get("/v1/inbox"))["items"]}
        expect(left == {"dispute", "call_me", "wrong_number"}, f"the inbox still has {left}")

    def calls(self):
        chapter("8. 48 hours later (twenty seconds here): whom to phone")
        wait_for(lambda: {event["account"] for event in self.events() if event["type"] == "escalated"} >= self.silent, "the silent are escalated")
        self.plans_of_the_paid_have_ended()
        self.demo.dunlin("call-list", "--campaign", "november", lines=30)
        listed = {row["account"]: row["reason"] for row in csv.DictReader(io.StringIO(self.demo.get("/v1/call-list?campaign=november")))}
        wanted = self.silent | self.unreached | {"PL-1007"}
        expect(wanted <= set(listed), f"not listed: {wanted - set(listed)}")
        expect(not set(listed) & set(self.paid), "somebody who paid is on the call list")
        expect(not set(listed) & {"DE-1020", "FR-1017", "IT-1002", "PT-1005", "PT-1009"}, "somebody who disputes, promised or is somebody else is on the call list")
        say(f"{len(listed)} of {len(self.rows)} customers: {100 * len(listed) / len(self.rows):.1f} %. Nobody who paid, disputes, promised, or is somebody else.\n")
        self.listed = listed

    def report(self):
        chapter("9. What came of it")
        self.demo.dunlin("report", "--campaign", "november")
        total = json.loads(self.demo.get("/v1/reports/jobs?campaign=november"))["total"]
        here, paid = set(self.number) - self.abroad, set(self.paid)
        told = [event for event in self.events() if event.get("campaign") == "november"]
        replies = collections.Counter(event["intent"] for event in told if event["type"] == "replied")

        def jobs(*types):
            return {event["job"] for event in told if event["type"] in types}
        spared = {event["job"] for event in told if event["type"] == "cancelled" and event["reason"] == "paid"}
        to_phone = jobs("escalated", "handoff") | {event["job"] for event in told if event.get("intent") in ("call_me", "hardship")}
        wanted = {"jobs": len(jobs("submitted", "cancelled", "blocked")), "submitted": len(here), "paid_48h": len(here & paid), "paid_before": len(spared),
                  "opt_outs": replies["opt_out"], "wrong_numbers": replies["wrong_number"], "called": len(to_phone), "replies": dict(replies)}
        expect({name: total[name] for name in wanted} == wanted, f"the report says {total}, not {wanted}")
        cost = ", ".join(f"{amount} {currency}" for currency, amount in total["cost"].items())
        say(f"{total['paid_48h']} of {total['owing']} paid in time, {total['paid_before']} before their text was due; {total['segments']} segments for {cost}.\n")

    def reckoning(self):
        chapter("What is true now")
        events = self.events()
        expect([event["seq"] for event in events] == list(range(1, len(events) + 1)), "the events have gaps")
        sent = collections.Counter(to for to, _ in self.demo.journal())
        expect(not any(sent[self.number[account]] for account in self.abroad), "somebody was texted in their quiet hours")
        answers = collections.Counter()
        for event in events:
            if event["type"] == "submitted" and event["job"].startswith("answer:"):
                answers[json.loads(self.demo.get("/v1/jobs/" + event["job"].replace("/", "%2F")))["to"]] += 1
        for account, number in self.number.items():
            wanted = (0 if account in self.abroad else 1) + answers[number]
            expect(sent[number] == wanted, f"{account} had {sent[number]} texts, not {wanted}")
        counts = {state: count for state, count in json.loads(self.demo.get("/v1/status"))["jobs"].items() if count}
        say(f"  {sum(sent.values())} texts reached the SMSC: one reminder to each customer in Britain, none to those whose hour it was not, {sum(answers.values())} answers to those who wrote.")
        say(f"  {len(self.paid)} paid, {len(REPLIES)} wrote, {len(self.listed)} are to be phoned; {len(events)} events without a gap.")
        say("  Jobs: " + ", ".join(f"{count} {state}" for state, count in counts.items()))


def tell(demo):
    begun = time.monotonic()
    smsc = demo.start_smsc()
    demo.start_daemon(smsc)
    say(f"dunlin-smsc plays the network on 127.0.0.1:{smsc}, dunlind is bound to it; all of it is in {demo.directory}\n")
    story = Story(demo)
    for part in (story.spreadsheet, story.dry_run, story.goes_out, story.quiet, story.answers, story.payments, story.inbox, story.calls, story.report, story.reckoning):
        part()
        demo.alive()
    say(f"  Told in {time.monotonic() - begun:.0f} seconds.\n")
    return story


def main():
    parser = argparse.ArgumentParser(prog="tools/demo")
    parser.add_argument("--keep", action="store_true")
    keep = parser.parse_args().keep
    demo = Session()
    kept = False
    try:
        story = tell(demo)
        if keep:
            kept = True
            say(f"\nStill running (end them with: kill {' '.join(str(process.pid) for process in demo.processes.values())}; rm -r {demo.directory}):\n"
                f"  the tool    {BIN / 'dunlin'} --socket {demo.socket} status\n"
                f"  the API     curl --unix-socket {demo.socket} http://localhost/v1/status\n"
                f"  metrics     http://127.0.0.1:{demo.metrics}/metrics\n"
                f"  a reply     echo '{{\"mo\":{{\"from\":\"{story.number[STOPPED]}\",\"to\":\"ACME\",\"text\":\"START\"}}}}' | "
                f"python3 -c \"import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect('{demo.directory}/smsc.sock'); s.sendall(sys.stdin.buffer.read()); print(s.recv(999))\"\n"
                f"  logs        {demo.directory}/dunlind.log, dunlin-smsc.log")
            return 0
        codes = demo.end()
        if any(codes.values()):
            raise Failed(f"exit codes {codes}\n{demo.log('dunlind')[-4000:]}")
        say("Both programs ended cleanly; nothing is left behind.")
        return 0
    except (Failed, OSError, KeyError, ValueError, subprocess.TimeoutExpired) as error:
        print(f"\ntools/demo: {error}", file=sys.stderr)
        for name in demo.processes:
            print(f"--- the end of {name}.log\n{demo.log(name)[-2000:]}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if not kept:
            demo.end()
            shutil.rmtree(demo.directory, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
