"""Holds three accounts of one run against each other: what was acknowledged, what the SMSC's journal took, what the events tell.

Each finding is a sentence. A run without findings kept both promises: nothing acknowledged was lost, nothing was handed over twice but what
was in doubt, nothing after it was called off.
"""

import collections
import dataclasses
import re
import zlib

from harness import FINAL

SEGMENT = 153  # septets of a concatenated segment


@dataclasses.dataclass
class Job:
    """As its client knows it. The text names the job in every segment, so that each line of the journal says whose it is."""
    id: str
    destination: str
    parts: int = 1
    hold: bool = False
    account: str = ""
    acknowledged: bool = False

    @property
    def text(self):
        name = f"{self.id}: "
        return name if self.parts == 1 else (name * SEGMENT)[:SEGMENT * (self.parts - 1) + 2 * len(name)]


@dataclasses.dataclass(frozen=True)
class Silence:
    """Promised: from line `begin` of the journal to `end` (None: for ever) there is nothing of these jobs, or to this destination."""
    kind: str
    begin: int
    end: int | None
    jobs: frozenset
    destination: str | None = None


@dataclasses.dataclass
class Story:
    """What the events tell of one job."""
    accepted: int = 0
    submitted: int = 0
    finals: list = dataclasses.field(default_factory=list)
    doubts: list = dataclasses.field(default_factory=list)  # the time of each


@dataclasses.dataclass
class Account:
    """The sums of a run."""
    findings: list
    states: collections.Counter
    lines: int = 0
    events: int = 0
    in_doubt: int = 0            # events
    in_doubt_most: int = 0       # between two starts of the daemon
    twice_in_doubt: int = 0      # segments taken more than once, all of jobs in doubt under resend
    most_often: int = 0          # the most that one segment was taken


NAMED = re.compile(r"(job-\d+):")


def owner(line):
    """The job of a line of the journal. A segment may begin and end inside a name: one in its middle is whole."""
    found = NAMED.search(line["text"])
    return found and found.group(1)


def stories_of(events, findings):
    stories = collections.defaultdict(Story)
    expected = 1
    for event in events:
        if event["seq"] != expected:
            findings.append(f"event {event['seq']} where {expected} was due")
        expected = event["seq"] + 1
        if not event.get("job"):
            continue
        story = stories[event["job"]]
        kind = event["type"]
        if kind == "accepted":
            story.accepted += 1
        elif kind == "submitted":
            story.submitted += 1
        elif kind == "in_doubt":
            story.doubts.append(event["time"])
        elif kind in FINAL:
            story.finals.append(kind)
    return stories


def segments_of(journal):
    """job → part → the places in the journal and octets of each time it was taken."""
    taken = collections.defaultdict(lambda: collections.defaultdict(list))
    for place, line in enumerate(journal):
        job_id = owner(line)
        if job_id:
            taken[job_id][line.get("part", 1)].append((place, line["short_message"], line["destination"]))
    return taken


def check_fates(jobs, stories, taken, findings):
    """Every acknowledged job was accepted once, ended once, and what was submitted is in the journal."""
    for job in jobs.values():
        story = stories.get(job.id, Story())
        if job.acknowledged and story.accepted == 0:
            findings.append(f"lost: {job.id} was acknowledged and no event knows it")
        if story.accepted > 1:
            findings.append(f"{job.id} was accepted {story.accepted} times")
        if story.accepted and len(story.finals) != 1:
            findings.append(f"{'lost' if not story.finals else 'twice'}: {job.id} has the final states {story.finals}")
        if story.submitted > 1:
            findings.append(f"{job.id} has {story.submitted} events submitted")
        refused = story.finals == ["rejected"]  # the SMSC took some of its segments, and refused one
        told_sent = (story.submitted and not refused) or "delivered" in story.finals
        if told_sent and len(taken.get(job.id, {})) != job.parts:
            findings.append(f"lost: {job.id} is told to be submitted; the SMSC has {len(taken.get(job.id, {}))} of {job.parts} segments")


def check_doubles(jobs, stories, taken, account):
    for job_id, parts in taken.items():
        job = jobs.get(job_id)
        if job is None:
            account.findings.append(f"the SMSC took {job_id}, which nobody submitted")
            continue
        doubts = len(stories[job_id].doubts) if job_id in stories else 0
        for part, times in parts.items():
            account.most_often = max(account.most_often, len(times))
            if len(times) == 1:
                continue
            if job.hold:
                account.findings.append(f"twice under hold: segment {part} of {job_id} at lines {[place for place, *_ in times]}")
            elif len(times) > 1 + doubts:
                account.findings.append(f"twice: segment {part} of {job_id}, {doubts} times in doubt, was taken {len(times)} times")
            else:
                account.twice_in_doubt += 1
            if len({octets for _, octets, _ in times}) > 1:
                account.findings.append(f"segment {part} of {job_id} was sent again in other octets")


def check_silences(silences, taken, findings):
    by_destination = collections.defaultdict(list)
    for job_id, parts in taken.items():
        for times in parts.values():
            for place, _, destination in times:
                by_destination["+" + destination.lstrip("+")].append((place, job_id))
    for silence in silences:
        end = float("inf") if silence.end is None else silence.end
        said = [(place, job_id) for job_id in silence.jobs for times in taken.get(job_id, {}).values() for place, *_ in times]
        said += by_destination.get(silence.destination, [])
        for place, job_id in said:
            if silence.begin <= place < end:
                findings.append(f"after an acknowledged {silence.kind} (line {silence.begin}) {job_id} is at line {place}")


def check_doubts(stories, starts, in_doubt_max, account):
    """Doubts belong to the start they follow; one start may find no more than the windows hold. `starts`: times as events write them."""
    at_start = collections.Counter()
    for story in stories.values():
        for time in story.doubts:
            account.in_doubt += 1
            at_start[sum(start <= time for start in starts)] += 1
    account.in_doubt_most = max(at_start.values(), default=0)
    for start, count in sorted(at_start.items()):
        if count > in_doubt_max:
            account.findings.append(f"{count} jobs in doubt after start {start}; the windows hold {in_doubt_max}")


def check_seen(lines, seen, findings):
    """What a follower saw before a crash is what the store says after it. `seen`: crc32 by seq - 1."""
    differing = [place + 1 for place, (line, crc) in enumerate(zip(lines, seen)) if zlib.crc32(line) != crc]
    if differing:
        findings.append(f"{len(differing)} events were shown and are different now, the first {differing[0]}")
    if len(seen) > len(lines):
        findings.append(f"{len(seen)} events were shown, {len(lines)} are there")


def reconcile(jobs, silences, journal, events, starts, in_doubt_max):
    account = Account([], collections.Counter())
    stories, taken = stories_of(events, account.findings), segments_of(journal)
    account.lines, account.events = len(journal), len(events)
    account.states.update(story.finals[0] for story in stories.values() if story.finals)
    check_fates(jobs, stories, taken, account.findings)
    check_doubles(jobs, stories, taken, account)
    check_silences(silences, taken, account.findings)
    check_doubts(stories, starts, in_doubt_max, account)
    return account
