#!/usr/bin/env python3
"""Follows the events into a database of one's own, so that nothing is lost and nothing counted twice, whichever side is restarted when.

    events.py ERP.sqlite [CONSUMER]

The trick is the order: what an event means and its number are written in one transaction of our database; only then is it acknowledged. An event that
comes again (we were killed in between) has a number that is there already.
"""

import http.client
import queue
import signal
import sqlite3
import sys
import threading
import time

from dunlin_client import Dunlin, Refused

BATCH = 100  # events that share a transaction, where so many are waiting

SCHEMA = """
CREATE TABLE IF NOT EXISTS progress (consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reminders (job TEXT PRIMARY KEY, account TEXT, state TEXT, reason TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS replies (seq INTEGER PRIMARY KEY, account TEXT, number TEXT, intent TEXT, text TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS opted_out (number TEXT PRIMARY KEY, at TEXT);
"""


def apply(database, event):
    """What an event means here. Unknown types are left alone: newer versions of Dunlin may tell more."""
    kind, at = event["type"], event["time"]
    if event.get("job") and event.get("state"):
        database.execute("INSERT INTO reminders VALUES (?, ?, ?, ?, ?) ON CONFLICT (job) DO UPDATE SET state = excluded.state, reason = excluded.reason, at = excluded.at",
                         (event["job"], event.get("account"), event["state"], event.get("reason"), at))
    elif kind == "replied":
        database.execute("INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?)",
                         (event["seq"], event.get("account"), event["from"], event.get("intent"), event.get("text"), at))
    elif kind == "opted_out":
        database.execute("INSERT OR REPLACE INTO opted_out VALUES (?, ?)", (event["from"], at))
    elif kind == "opted_in":
        database.execute("DELETE FROM opted_out WHERE number = ?", (event["from"],))


def waiting(events):
    """Lists of what has come, at most BATCH at once: as many as there are when the last list was dealt with."""
    come, over = queue.Queue(maxsize=10 * BATCH), object()

    def read():
        ended = over
        try:
            for event in events:
                come.put(event)
        except Exception as error:
            ended = error
        come.put(ended)

    threading.Thread(target=read, daemon=True).start()
    while True:
        batch = [come.get()]
        while len(batch) < BATCH and not come.empty():
            batch.append(come.get())
        ended = batch.pop() if not isinstance(batch[-1], dict) else None
        if batch:
            yield batch
        if ended is over:
            return
        if ended is not None:
            raise ended


def follow(dunlin, database, consumer):
    row = database.execute("SELECT seq FROM progress WHERE consumer = ?", (consumer,)).fetchone()
    done = row[0] if row else 0
    if done:
        dunlin.acknowledge(consumer, done)  # what we wrote, and were killed before we said so
    for batch in waiting(dunlin.events(consumer)):
        with database:  # one transaction: all of it, or nothing
            for event in batch:
                if done and event["seq"] != done + 1:
                    raise SystemExit(f"event {event['seq']} follows {done}: this is not the store that we followed")
                apply(database, event)
                done = event["seq"]
            database.execute("INSERT INTO progress VALUES (?, ?) ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq", (consumer, done))
        dunlin.acknowledge(consumer, done)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    database = sqlite3.connect(sys.argv[1])
    database.executescript(SCHEMA)
    consumer = sys.argv[2] if len(sys.argv) > 2 else "erp"
    dunlin, wait = Dunlin(), 0.1
    while True:
        try:
            follow(dunlin, database, consumer)
            wait = 0.1
        except Refused as refused:
            if refused.code == "gone":  # we were away for longer than events are kept: what was missed has to be asked for job by job
                raise SystemExit(f"events were lost: the oldest that is kept is {refused.problem['oldest']}")
            raise
        except (OSError, http.client.HTTPException) as lost:
            print(f"no connection ({lost})", file=sys.stderr)
        time.sleep(wait)
        wait = min(wait * 2, 30)


if __name__ == "__main__":
    main()
