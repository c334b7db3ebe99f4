#!/usr/bin/env python3
"""Submits what is due tomorrow, as a billing system's nightly run would: from its own table, streamed, safe to run twice.

    submit.py INVOICES.csv        columns: account, invoice, number, name, amount, currency, due_date, language
"""

import csv
import http.client
import sys
import time

from dunlin_client import LATER, Dunlin, Refused


def jobs(path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {
                # What makes a second run harmless: the same invoice and stage have the same id.
                "id": f"{row['account']}/{row['invoice']}/due",
                "to": row["number"],
                "text": f"Dear {row['name']}, {row['amount']} {row['currency']} of invoice {row['invoice']} are due on {row['due_date']}.",
                "kind": "due", "account": row["account"], "invoice": row["invoice"], "stage": "due",
                "amount": row["amount"], "currency": row["currency"], "due_date": row["due_date"], "locale": row["language"],
            }


def run(path):
    """False: some were refused. Raises ConnectionError where not all were answered, or some are to be asked of again."""
    counts, refused, later = {"accepted": 0, "duplicate": 0}, 0, {}
    for answer in Dunlin().submit(jobs(path)):
        if answer["status"] == "rejected" and answer["error"]["code"] in LATER:
            later[answer["error"]["code"]] = later.get(answer["error"]["code"], 0) + 1
        elif answer["status"] == "rejected":
            refused += 1
            error = answer["error"]
            print(f"{answer.get('id', '')}: {error.get('field', '')}: {error['detail']} ({error['code']})", file=sys.stderr)
        else:
            counts[answer["status"]] += 1
    if later:
        raise ConnectionError(", ".join(f"{count} were told to come again: {code}" for code, count in later.items()))
    print(f"{counts['accepted']} accepted, {counts['duplicate']} known before, {refused} refused")
    return refused == 0


if __name__ == "__main__":
    for wait in (1, 2, 4, 8, 16, 30, 30, None):
        try:
            sys.exit(0 if run(sys.argv[1]) else 1)
        except Refused as refused:
            if refused.code not in LATER or wait is None:
                raise
        except (OSError, http.client.HTTPException) as lost:  # what was not answered is submitted again, all of it: that is what the ids are for
            if wait is None:
                raise
            print(f"no answer ({lost}); again in {wait} s", file=sys.stderr)
        time.sleep(wait)
