"""examples/ as an upstream developer would run them, through restarts of both sides."""

import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import threading

from harness import BIN, WAIT, SystemTest, main, number, smsc, wait_for

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"


class Examples(SystemTest):
    def setUp(self):
        super().setUp()
        self.alpha = self.peer()
        self.gate = self.daemon({"smsc": [smsc(self.alpha.port)], "dunning": {"replies": str(EXAMPLES.parent / "conf" / "replies.toml")}})
        self.gate.wait_bound("alpha")
        self.environment = {**os.environ, "DUNLIN_SOCKET": self.gate.socket, "PYTHONDONTWRITEBYTECODE": "1",
                            "PATH": f"{BIN}:{os.environ['PATH']}"}
        self.database = self.directory / "erp.sqlite"

    def run_example(self, name, *arguments):
        return subprocess.run([EXAMPLES / name, *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=WAIT)

    def consumer(self):
        process = subprocess.Popen([sys.executable, EXAMPLES / "events.py", self.database], env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._resources.callback(process.stderr.close)
        self._resources.callback(process.wait)
        self._resources.callback(process.kill)
        return process

    def rows(self, query):
        if not self.database.exists():
            return []
        with sqlite3.connect(self.database, timeout=WAIT) as database:
            try:
                return database.execute(query).fetchall()
            except sqlite3.OperationalError:
                return []  # not created yet

    def wait_rows(self, query, wanted, what):
        wait_for(lambda: self.rows(query) == wanted, f"{what}: {wanted} of {query}")

    def test_invoices_are_submitted_and_a_second_run_adds_nothing(self):
        invoices = self.directory / "invoices.csv"
        lines = ["account,invoice,number,name,amount,currency,due_date,language"]
        lines += [f"A{i},{i},{number(i)},Zoë,120.50,GBP,2026-12-01,en" for i in range(700)]
        lines.append(f"A-bad,900,{number(1)},Zoë,120.505,GBP,2026-12-01,en")
        invoices.write_text("\n".join(lines) + "\n")
        first = self.run_example("submit.py", invoices)
        self.assertEqual(first.returncode, 1, first.stderr)
        self.assertEqual(first.stdout, "700 accepted, 0 known before, 1 refused\n")
        self.assertIn("A-bad/900/due: amount: ", first.stderr)
        self.assertEqual(self.run_example("submit.py", invoices).stdout, "0 accepted, 700 known before, 1 refused\n")
        self.assertEqual(sum(self.gate.counts().values()), 700)

    def test_what_was_cut_off_or_asked_to_come_later_is_submitted_again(self):
        """Against a socket that answers as it is told: one of three and the end of the connection, as of a daemon that is killed then; room for two; all."""
        answer = {"accepted": '{"status":"accepted"}', "no_room": '{"status":"rejected","error":{"code":"no_room","detail":"full"}}'}
        turns = [["accepted"], ["accepted", "no_room", "accepted"], ["accepted"] * 3]
        path, bodies = str(self.directory / "told.sock"), []
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._resources.callback(listener.close)
        listener.bind(path)
        listener.listen()

        def serve():
            for i, turn in enumerate(turns):
                connection, _ = listener.accept()
                with connection:
                    body = b""
                    while not body.endswith(b"\r\n0\r\n\r\n"):
                        body += connection.recv(65536)
                    bodies.append(body)
                    lines = "".join(f"{len(answer[each]) + 1:x}\r\n{answer[each]}\n\r\n" for each in turn)
                    end = "0\r\n\r\n" if i > 0 else ""
                    connection.sendall(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{lines}{end}".encode())

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        invoices = self.directory / "three.csv"
        invoices.write_text("account,invoice,number,name,amount,currency,due_date,language\n" +
                            "".join(f"A{i},{i},{number(i)},Zoë,120.50,GBP,2026-12-01,en\n" for i in range(3)))
        self.environment["DUNLIN_SOCKET"] = path
        ran = self.run_example("submit.py", invoices)
        server.join(WAIT)
        self.assertEqual((ran.returncode, ran.stdout), (0, "3 accepted, 0 known before, 0 refused\n"), ran.stderr)
        self.assertEqual([body.count(b'"id"') for body in bodies], [3, 3, 3])
        self.assertIn("3 jobs were sent, 1 were answered", ran.stderr)
        self.assertIn("1 were told to come again: no_room", ran.stderr)

    def test_the_tool_keeps_what_was_refused_beside_the_file(self):
        jobs = self.directory / "jobs.ndjson"
        jobs.write_text(f'{{"id":"a","to":"{number(1)}","text":"due"}}\n{{"id":"b","to":"nobody","text":"due"}}\n')
        ran = self.run_example("nightly.sh", jobs)
        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertIn("line 2: to", (self.directory / "jobs.ndjson.refused").read_text())
        self.gate.stop()
        self.assertEqual(self.run_example("nightly.sh", jobs).returncode, 3)

    def test_payments_are_told_with_curl(self):
        self.gate.accepted({"id": "now", "to": number(1), "text": "due", "account": 'A "1" \\', "invoice": "i1", "amount": "100", "currency": "GBP",
                            "not_before": "2030-01-01T00:00:00Z", "expires": "2030-01-02T00:00:00Z"})
        part = self.run_example("payments.sh", "part", 'A "1" \\', "i1", "p1", "20.50", "GBP")
        self.assertEqual(part.returncode, 0, part.stderr + part.stdout)
        self.assertEqual(self.gate.job("now")["newest"][0]["value"], "79.50")
        paid = self.run_example("payments.sh", "paid", 'A "1" \\')
        self.assertIn('"cancelled":["now"]', paid.stdout)
        back = self.run_example("payments.sh", "reversed", 'A "1" \\')
        self.assertIn('"released":["now"]', back.stdout)
        refused = self.run_example("payments.sh", "part", "A2", "i1", "p1", "-3", "GBP")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("bad_amount", refused.stdout)
        self.assertEqual(self.run_example("payments.sh").returncode, 2)

    def test_the_consumer_counts_everything_once_through_restarts_of_both_sides(self):
        """Killed and restarted in turn while jobs, replies and a STOP come in."""
        consumer, wanted = self.consumer(), 0
        for turn in range(4):
            self.gate.accepted(*[{"id": f"{turn}-{i}", "to": number(i), "text": "due", "account": f"A{i}"} for i in range(100)])
            wanted += 100
            if turn == 1:
                consumer.kill()
                consumer.wait()
                consumer = self.consumer()
            if turn == 2:
                self.gate.kill()
                self.gate.start()
                self.gate.wait_bound("alpha")
        over = {"submitted", "delivered"}  # a receipt may have been lost with the connection
        wait_for(lambda: {state for state, count in self.gate.counts().items() if count} <= over, "everything has left")
        self.alpha.say(number(7)[1:], "STOP")
        self.alpha.say(number(8)[1:], "please call me")
        self.wait_rows("SELECT intent FROM replies ORDER BY number", [("opt_out",), ("call_me",)], "both replies")
        self.wait_rows("SELECT number FROM opted_out", [(number(7),)], "the STOP")
        last = self.gate.get("/v1/status").json["events"]["last"]
        self.wait_rows("SELECT seq FROM progress", [(last,)], "all events are in our books")
        counts = sorted((state, count) for state, count in self.gate.counts().items() if count)
        self.assertEqual(self.rows("SELECT state, COUNT(*) FROM reminders GROUP BY state ORDER BY state"), counts)
        self.assertEqual(sum(count for _, count in counts), wanted)
        consumer.terminate()
        self.assertEqual(consumer.wait(WAIT), 0)
        # What was counted and not acknowledged comes again, and is not counted again.
        replies = self.rows("SELECT COUNT(*) FROM replies")
        again = self.consumer()
        self.gate.accepted({"id": "last", "to": number(20), "text": "due"})
        self.wait_rows("SELECT state FROM reminders WHERE job = 'last'", [("delivered",)], "the last one")
        self.assertEqual(self.rows("SELECT COUNT(*) FROM replies"), replies)
        again.terminate()


if __name__ == "__main__":
    main()
