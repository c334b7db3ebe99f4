"""People who answer, and people whom texts do not move: answers, the inbox, hand-offs, the call list; over the API and with the tool."""

import csv
import io
import json
import os
import shutil
import time

from harness import SystemTest, main, number, smsc, wait_for

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")


def job(job_id, index=1, **changes):
    return {"id": job_id, "to": number(index), "text": "Please pay", "account": f"A-{index}", "locale": "en", **changes}


def read(name):
    with open(os.path.join(ROOT, "conf", name), encoding="utf-8") as file:
        return file.read()


def shipped_replies():
    """conf/replies.toml with its answers switched on."""
    lines = []
    on = False
    for line in read("replies.toml").splitlines(keepends=True):
        on = line.startswith("# [replies.answer") or (on and line.startswith("# "))
        lines.append(line[2:] if on else line)
    return "".join(lines)


class Inbox(SystemTest):
    def gate(self, answers=False, **dunning):
        self.alpha = self.peer()
        daemon = self.daemon({"smsc": [smsc(self.alpha.port)], "dunning": dunning}, start=False)
        folder = os.path.join(daemon.directory, "templates.d")
        shutil.copytree(os.path.join(ROOT, "conf", "templates.d"), folder)
        creditor = os.path.join(folder, "creditor.toml")
        with open(creditor, encoding="utf-8") as file:
            text = file.read()
        with open(creditor, "w", encoding="utf-8") as file:
            file.write(text.replace('creditor = ""', 'creditor = "Northwind"').replace('contact = ""', 'contact = "0800 1"'))
        with open(os.path.join(daemon.directory, "replies.toml"), "w", encoding="utf-8") as file:
            file.write(shipped_replies() if answers else read("replies.toml"))
        daemon.start()
        daemon.wait_bound("alpha")
        return daemon

    def says(self, text, index=1):
        self.assertEqual(self.alpha.say(number(index), text, "ACME"), 0)

    def texts_to(self, index):
        return [submit.short_message.decode("ascii") for submit in self.alpha.submits if "+" + submit.destination == number(index)]

    def test_what_is_set_is_answered_and_nothing_else(self):
        daemon = self.gate(answers=True)
        replies = {"STOP": "No more texts from us", "help": "We text you about your account", "how can i pay": "https://pay.example.com/",
                   "I will pay tomorrow": "you will pay by", "I paid it already": None, "that is a scam": None, "thanks": None, "call me": "We will call you"}
        for index in range(1, len(replies) + 1):
            daemon.accepted(job(f"j{index}", index, pay_url=f"https://pay.example.com/{index}", invoice=f"I-{index}"))
            daemon.wait_state(f"j{index}", "delivered")
        for index, text in enumerate(replies, 1):
            self.says(text, index)
        for index, answer in enumerate(replies.values(), 1):
            if answer is not None:
                wait_for(lambda: len(self.texts_to(index)) == 2, f"an answer to {index}")
                self.assertIn(answer, self.texts_to(index)[1])
        time.sleep(0.3)
        self.assertEqual([len(self.texts_to(index)) for index in range(1, len(replies) + 1)],
                         [1 if answer is None else 2 for answer in replies.values()])
        self.says("STOP", 1)  # it is obeyed already
        self.says("help", 2)  # once a day
        self.says("START", 1)
        wait_for(lambda: len(self.texts_to(1)) == 3, "a confirmation of the START")
        self.assertIn("again", self.texts_to(1)[2])
        self.assertEqual(len(self.texts_to(2)), 2)
        answers = [event["job"] for event in daemon.events() if event["type"] == "accepted" and event["job"].startswith("answer:")]
        self.assertEqual(len(answers), 6)
        self.assertEqual(daemon.job(answers[0])["kind"], "news")
        self.assertIn('dunlin_answers_total{intent="opt_out",outcome="made"} 1', daemon.metrics())

    def test_a_template_that_is_not_there_is_refused(self):
        daemon = self.gate()
        with open(os.path.join(daemon.directory, "replies.toml"), "a", encoding="utf-8") as file:
            file.write('\n[replies.answer]\nhelp = "nothing"\n')
        refused = daemon.post("/v1/reload")
        self.problem(refused, 422, "bad_configuration")
        self.assertIn("replies.answer.help", refused.body)

    def test_the_inbox_is_worked_through(self):
        daemon = self.gate()
        for index in range(1, 6):
            daemon.accepted(job(f"j{index}", index))
            daemon.wait_state(f"j{index}", "delivered")
            self.says("who on earth are you 4111 1111 1111 1111" if index == 1 else "that is a scam", index)
        self.says("I paid it already", 2)
        daemon.kill()
        daemon.start()
        daemon.wait_bound("alpha")
        items = daemon.get("/v1/inbox").json["items"]
        self.assertEqual([(item["number"], item["intent"], item["account"]) for item in items],
                         [(number(1), "unclear", "A-1")] + [(number(index), "dispute", f"A-{index}") for index in range(2, 6)])
        self.assertEqual([item["number"] for item in daemon.get("/v1/inbox?kind=term").json["items"]], [number(2)])
        page = daemon.get("/v1/inbox?limit=2").json
        self.assertEqual([item["number"] for item in daemon.get(f"/v1/inbox?limit=2&after={page['next']}").json["items"]], [number(3), number(4)])
        self.assertIn("dunlin_inbox_waiting 5", daemon.metrics())
        self.problem(daemon.get("/v1/inbox?kind=all"), 422, "unknown_value", "kind")
        self.problem(daemon.get("/v1/inbox?limit=1001"), 422, "out_of_range", "limit")

        shown = daemon.get(f"/v1/inbox/{number(1)}").json
        self.assertEqual([(said["from"], said["text"]) for said in shown["conversation"]],
                         [("us", "Please pay"), ("them", "who on earth are you **** **** **** 1111")])
        self.problem(daemon.get(f"/v1/inbox/{number(99)}"), 404, "not_found")
        table = self.tool(daemon, "inbox").stdout
        self.assertIn("that is a scam", table)
        self.assertNotIn("4111", table)
        self.assertIn("> Please pay", self.tool(daemon, "inbox", "show", number(1)).stdout)

        answered = self.tool(daemon, "--json", "inbox", "answer", number(1), "Your power company.")
        daemon.wait_state(json.loads(answered.stdout)["id"], "delivered")
        self.assertEqual(self.texts_to(1)[-1], "Your power company.")
        self.assertEqual(self.tool(daemon, "inbox", "clear", number(1)).returncode, 0)
        self.assertEqual(self.tool(daemon, "inbox", "clear", number(1)).returncode, 1)
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86400))
        self.assertEqual(self.tool(daemon, "inbox", "promise", number(2), day).returncode, 0)
        self.problem(daemon.post(f"/v1/inbox/{number(2)}/promise", {"date": "2020-01-01"}), 422, "bad_date", "date")
        self.assertEqual(daemon.post(f"/v1/inbox/{number(3)}/dispute").json["released"], 1)
        self.assertIn("blocked", self.tool(daemon, "inbox", "block", number(4)).stdout)
        self.problem(daemon.post(f"/v1/inbox/{number(4)}/answer", {"text": "Hello"}), 409, "conflict", "number")
        self.problem(daemon.post(f"/v1/inbox/{number(99)}/answer", {"text": "Hello"}), 404, "not_found", "number")
        self.problem(daemon.post(f"/v1/inbox/{number(99)}/dispute"), 404, "not_found", "number")
        self.problem(daemon.post(f"/v1/inbox/{number(99)}/promise", {"date": day}), 404, "not_found", "number")
        left = json.loads(self.tool(daemon, "--json", "inbox").stdout)
        self.assertEqual([(item["number"], item["intent"]) for item in left], [(number(5), "dispute"), (number(3), "dispute")])
        term = json.loads(self.tool(daemon, "--json", "inbox", "--term").stdout)
        self.assertEqual([(item["number"], item["intent"]) for item in term], [(number(2), "promise")])
        daemon.accepted(job("later", 1), job("promised", 2), job("disputed", 3), job("blocked", 4))
        daemon.wait_state("later", "delivered")
        self.assertEqual([daemon.state(each) for each in ("promised", "disputed", "blocked")], ["held", "held", "blocked"])

    def test_who_is_not_moved_by_texts_is_phoned(self):
        daemon = self.gate()
        daemon.accepted(job("asks", 1, campaign="november", amount="50.00", currency="EUR", due_date="2026-11-13", invoice="=1+2"), job("silent", 2, escalate_after="1s"),
                        job("pays", 3, escalate_after="1s"), job("answers", 4, escalate_after="1s"))
        for each in ("asks", "silent", "pays", "answers"):
            daemon.wait_state(each, "delivered")
        self.says("call me", 1)
        self.says("thanks", 4)
        self.assertEqual(self.tool(daemon, "paid", "A-3").returncode, 0)
        self.alpha.answer = lambda submit: 0x0B  # ESME_RINVDSTADR
        daemon.accepted(job("bad", 5, handoff="phone"), job("letter", 6, handoff="letter", hops=1), job("round", 7, handoff="email", hops=3))
        for each in ("bad", "letter", "round"):
            daemon.wait_state(each, "rejected")
        wait_for(lambda: "silent" in [event["job"] for event in daemon.events() if event["type"] == "escalated"], "an escalation")
        time.sleep(1.5)
        daemon.kill()
        daemon.start()
        events = daemon.events()
        self.assertEqual({(event["job"], event["reason"]) for event in events if event["type"] == "escalated"},
                         {("silent", "unpaid, silent"), ("round", "handed off too often: rejected: ESME_RINVDSTADR")})
        self.assertEqual({(event["job"], event["channel"], event["hops"], event["number"]) for event in events if event["type"] == "handoff"},
                         {("bad", "phone", 1, number(5)), ("letter", "letter", 2, number(6))})
        answer = daemon.get("/v1/call-list")
        self.assertEqual(answer.content_type, "text/csv")
        rows = {row["job"]: row for row in csv.DictReader(io.StringIO(answer.body))}
        self.assertEqual({name: row["reason"] for name, row in rows.items()},
                         {"asks": "call_me", "silent": "unpaid, silent", "bad": "rejected: ESME_RINVDSTADR", "round": "handed off too often: rejected: ESME_RINVDSTADR"})
        self.assertEqual((rows["asks"]["number"], rows["asks"]["amount"], rows["asks"]["currency"], rows["asks"]["due_date"], rows["asks"]["state"], rows["asks"]["language"]),
                         (number(1), "50.00", "EUR", "2026-11-13", "delivered", "en"))
        self.assertEqual(rows["asks"]["invoice"], "'=1+2")  # no spreadsheet runs it
        listed = daemon.get("/v1/call-list?campaign=november&format=json").json["calls"]
        self.assertEqual([each["job"] for each in listed], ["asks"])
        self.problem(daemon.get("/v1/call-list?format=xls"), 422, "unknown_value", "format")
        self.assertEqual(self.tool(daemon, "call-list", "--campaign", "november").stdout.count("\n"), 2)
        self.assertEqual(self.tool(daemon, "call-list", "--done", "bad").returncode, 0)
        self.assertEqual(self.tool(daemon, "call-list", "--done", "bad").returncode, 1)
        self.assertEqual(self.tool(daemon, "paid", "A-2").returncode, 0)
        self.assertEqual({each["job"] for each in json.loads(self.tool(daemon, "--json", "call-list").stdout)["calls"]}, {"asks", "round"})
        self.problem(daemon.post("/v1/jobs", job("x", account="", escalate_after="48h")), 422, "missing", "account")


if __name__ == "__main__":
    main()
