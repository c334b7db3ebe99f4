"""Each check of the reconciliation, given a run that breaks what it guards, says so; and says nothing of a run that keeps it."""

import copy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))

from reconcile import Job, Silence, check_seen, owner, reconcile  # noqa: E402

START = "2026-11-22T10:00:00.000Z"


def event(seq, kind, job, time="2026-11-22T10:00:01.000Z"):
    return {"seq": seq, "time": time, "type": kind, "job": job}


def line(job, part=1, octets=None):
    return {"text": job.text[:150], "part": part, "short_message": octets or f"{job.id}/{part}", "destination": job.destination[1:]}


class Reconcile(unittest.TestCase):
    def setUp(self):
        """Three jobs: one delivered in two segments, one cancelled unsent, one in doubt, sent again and delivered."""
        self.jobs = {name: Job(name, f"+44770090000{i}", acknowledged=True) for i, name in enumerate(("job-1", "job-2", "job-3"))}
        self.jobs["job-1"].parts = 2
        self.journal = [line(self.jobs["job-1"], 1), line(self.jobs["job-1"], 2), line(self.jobs["job-3"]), line(self.jobs["job-3"])]
        told = [("accepted", "job-1"), ("accepted", "job-2"), ("accepted", "job-3"), ("submitted", "job-1"), ("cancelled", "job-2"),
                ("in_doubt", "job-3"), ("retrying", "job-3"), ("submitted", "job-3"), ("delivered", "job-1"), ("delivered", "job-3")]
        self.events = [event(i + 1, *each) for i, each in enumerate(told)]
        self.silences = [Silence("cancel", 2, None, frozenset(["job-2"])), Silence("STOP", 3, 4, frozenset(), "+447700900000")]

    def findings(self, in_doubt_max=1):
        return reconcile(self.jobs, self.silences, self.journal, self.events, [START], in_doubt_max).findings

    def drop_event(self, kind, job):
        self.events = [each for each in self.events if (each["type"], each["job"]) != (kind, job)]
        for seq, each in enumerate(self.events):
            each["seq"] = seq + 1

    def found(self, beginning, count=1):
        findings = self.findings()
        self.assertEqual(len(findings), count, findings)
        self.assertTrue(findings[0].startswith(beginning), findings)

    def test_a_good_run_has_no_findings(self):
        account = reconcile(self.jobs, self.silences, self.journal, self.events, [START], 1)
        self.assertEqual(account.findings, [])
        self.assertEqual((account.in_doubt, account.in_doubt_most, account.twice_in_doubt, account.most_often), (1, 1, 1, 2))
        self.assertEqual(dict(account.states), {"delivered": 2, "cancelled": 1})

    def test_every_segment_names_its_job(self):
        for parts in range(2, 5):
            text = Job("job-123456", "", parts).text
            segments = [text[at:at + 153] for at in range(0, len(text), 153)]
            self.assertEqual(len(segments), parts)
            self.assertEqual({owner({"text": each}) for each in segments}, {"job-123456"})

    def test_an_acknowledged_job_that_nothing_knows(self):
        self.jobs["job-4"] = Job("job-4", "+447700900004", acknowledged=True)
        self.found("lost: job-4")

    def test_a_job_that_nobody_acknowledged_may_be_unknown(self):
        self.jobs["job-4"] = Job("job-4", "+447700900004")
        self.assertEqual(self.findings(), [])

    def test_a_job_that_does_not_end(self):
        self.drop_event("delivered", "job-3")
        self.found("lost: job-3 has the final states []")

    def test_a_job_that_ends_twice(self):
        self.events.append(event(11, "cancelled", "job-1"))
        self.found("twice: job-1")

    def test_a_job_accepted_or_submitted_twice(self):
        self.events += [event(11, "accepted", "job-2"), event(12, "submitted", "job-1")]
        self.found("job-1 has 2 events submitted", 2)

    def test_a_segment_that_is_told_and_was_not_taken(self):
        del self.journal[1]
        self.silences = []
        self.found("lost: job-1 is told to be submitted; the SMSC has 1 of 2")

    def test_a_job_with_a_refused_segment_is_told_rejected(self):
        del self.journal[1]
        self.silences = []
        self.events[8]["type"] = "rejected"
        self.assertEqual(self.findings(), [])

    def test_a_segment_twice_without_a_doubt(self):
        self.journal.append(line(self.jobs["job-1"], 2))
        self.silences = []
        self.found("twice: segment 2 of job-1, 0 times in doubt")

    def test_a_segment_more_often_than_its_doubts_allow(self):
        self.journal.append(line(self.jobs["job-3"]))
        self.found("twice: segment 1 of job-3, 1 times in doubt, was taken 3 times")

    def test_a_segment_twice_under_hold(self):
        self.jobs["job-3"].hold = True
        self.found("twice under hold")

    def test_other_octets_the_second_time(self):
        self.journal[3] = line(self.jobs["job-3"], octets="other")
        self.found("segment 1 of job-3 was sent again in other octets")

    def test_a_job_that_nobody_submitted(self):
        self.journal.append(line(Job("job-9", "+447700900009")))
        self.found("the SMSC took job-9")

    def test_a_text_after_it_was_called_off(self):
        self.silences = [Silence("payment", 3, None, frozenset(["job-3"]))]
        self.found("after an acknowledged payment (line 3) job-3 is at line 3")

    def test_a_text_to_a_number_that_said_stop(self):
        self.silences = [Silence("STOP", 0, 1, frozenset(), "+447700900000"), Silence("STOP", 2, 4, frozenset(), "+447700900000")]
        self.found("after an acknowledged STOP (line 0) job-1")

    def test_more_in_doubt_than_the_windows_hold(self):
        self.assertEqual(len(self.findings(in_doubt_max=0)), 1)

    def test_doubts_count_for_the_start_they_follow(self):
        second = copy.deepcopy(self.jobs["job-3"])
        second.id = "job-4"
        self.jobs["job-4"] = second
        self.journal.append(line(second))
        later = "2026-11-22T11:00:00.500Z"
        self.events += [event(11, "accepted", "job-4"), event(12, "in_doubt", "job-4", later), event(13, "delivered", "job-4")]
        starts = [START, "2026-11-22T11:00:00.000Z"]
        self.assertEqual(reconcile(self.jobs, [], self.journal, self.events, starts, 1).findings, [])
        self.assertEqual(len(reconcile(self.jobs, [], self.journal, self.events, starts[:1], 1).findings), 1)

    def test_a_gap_in_the_events(self):
        del self.events[4]
        self.found("event 6 where 5 was due", 2)  # and job-2 has no end

    def test_events_that_change_after_they_were_shown(self):
        import zlib
        seen = [zlib.crc32(each) for each in (b"one", b"two")]
        findings = []
        check_seen([b"one", b"two", b"three"], seen, findings)
        self.assertEqual(findings, [])
        check_seen([b"one", b"TWO"], seen, findings)
        check_seen([b"one"], seen, findings)
        self.assertEqual(findings, ["1 events were shown and are different now, the first 2", "2 events were shown, 1 are there"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
