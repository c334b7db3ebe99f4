"""Dunlin's API for upstream systems, with nothing but Python's standard library.

    from dunlin_client import Dunlin
    dunlin = Dunlin("/run/dunlin/api.sock")
    dunlin.submit_one({"id": "4711/2026-118/due", "to": "+447700900123", "text": "Invoice 2026-118 is due tomorrow."})

An answer means: on disk. Where no answer came (the connection broke, the daemon was restarted) nobody knows, so ask again: a job of the same id and
content is a duplicate and is not sent twice, a payment of the same id counts once.
"""

import http.client
import json
import os
import socket
import threading
import urllib.parse


# A refusal with one of these, of a call or of one job of many, is none of what was asked: the same is asked again later (503 and 507).
LATER = {"busy", "unavailable", "no_room", "store_full"}


class Refused(Exception):
    """The daemon read it and said no: RFC 9457, with `code`, `detail` and where it applies `field`. Asking again does not help, but for LATER."""

    def __init__(self, status, problem):
        self.status, self.problem = status, problem
        self.code, self.field = problem.get("code", ""), problem.get("field", "")
        super().__init__(f"{self.code}: {problem.get('detail', '')}" + (f" ({self.field})" if self.field else ""))


class _Connection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Dunlin:
    def __init__(self, socket_path=os.environ.get("DUNLIN_SOCKET", "/run/dunlin/api.sock"), timeout=60):
        self._path, self._timeout = socket_path, timeout

    def call(self, method, path, body=None):
        """One call; the answer's JSON. Raises Refused, and OSError or http.client.HTTPException where no answer came."""
        connection = _Connection(self._path, self._timeout)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
            response = connection.getresponse()
            answer = response.read()
            if response.status >= 400:
                raise Refused(response.status, json.loads(answer))
            return json.loads(answer)
        finally:
            connection.close()

    def submit_one(self, job):
        return self.call("POST", "/v1/jobs", job)["status"]

    def submit(self, jobs):
        """Yields an answer for each of many jobs, in their order, each as it is durable. Neither side ever holds them all.

        Jobs are sent while answers are read: the daemon stops reading when too many answers are waiting. Raises ConnectionError where some had no
        answer: it does not end before each has its own.
        """
        connection = _Connection(self._path, self._timeout)
        try:
            connection.connect()
            connection.putrequest("POST", "/v1/jobs")
            connection.putheader("Content-Type", "application/x-ndjson")
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            sent, answered, failed = [0], 0, []
            writer = threading.Thread(target=self._write, args=(connection.sock.dup(), jobs, sent, failed), daemon=True)
            writer.start()
            response = connection.getresponse()
            if response.status >= 400:
                raise Refused(response.status, json.loads(response.read()))
            for answer in self._lines(response):
                answered += 1
                yield answer
            writer.join()
            if failed:
                raise failed[0]
            if answered < sent[0]:
                raise ConnectionError(f"{sent[0]} jobs were sent, {answered} were answered")
        finally:
            connection.close()

    @staticmethod
    def _lines(response):
        """Each whole line's JSON. To http.client a body that was cut off looks as one that has ended: who reads has to know how much is to come."""
        for line in response:
            if not line.endswith(b"\n"):
                return
            if line.strip():
                yield json.loads(line)

    @staticmethod
    def _write(sock, jobs, sent, failed):
        with sock:
            try:
                for job in jobs:
                    sent[0] += 1
                    line = json.dumps(job, ensure_ascii=False).encode() + b"\n"
                    sock.sendall(b"%x\r\n%s\r\n" % (len(line), line))
                sock.sendall(b"0\r\n\r\n")
            except Exception as error:  # told to who reads the answers, which end here
                failed.append(error)
                sock.shutdown(socket.SHUT_WR)

    def events(self, consumer):
        """Yields the events behind the last one this consumer acknowledged, for ever; ends when the connection does."""
        connection = _Connection(self._path, self._timeout)
        try:
            connection.request("GET", "/v1/events?follow=true&consumer=" + urllib.parse.quote(consumer))
            response = connection.getresponse()
            if response.status >= 400:
                raise Refused(response.status, json.loads(response.read()))
            yield from self._lines(response)  # an empty one says that the daemon is still there
        finally:
            connection.close()

    def acknowledge(self, consumer, seq):
        return self.call("POST", "/v1/consumers/" + urllib.parse.quote(consumer, safe=""), {"ack": seq})

    def paid(self, account, **more):
        """All of what is owed; `invoice`, `paid_at` as they are known; with `amount`, `currency` and `id`: a part of it."""
        return self.call("POST", "/v1/payments", {"account": account, **more})

    def reversed(self, account, **more):
        return self.call("POST", "/v1/payments", {"account": account, "reversed": True, **more})

