"""tools/demo does what the README says of it: exit 0, nothing left running, nothing left on the disk."""

import datetime
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import zoneinfo

from harness import BIN

ROOT = pathlib.Path(__file__).parents[2]


class Demo(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="dunlin-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def demo(self, place, *arguments):
        process = subprocess.Popen([ROOT / "tools/demo", "--no-build", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env={**os.environ, "DUNLIN_BIN": str(BIN), "TMPDIR": str(place)})
        self.addCleanup(lambda: process.poll() is None and process.terminate())
        return process

    def test_it_ends_well_and_leaves_nothing_unless_it_is_to(self):
        """Both at once: each has a directory and ports of its own."""
        (self.place / "plain").mkdir()
        (self.place / "kept").mkdir()
        plain, kept = self.demo(self.place / "plain"), self.demo(self.place / "kept", "--keep")
        told, broke = plain.communicate(timeout=150)
        self.assertEqual(plain.returncode, 0, told + broke)
        for line in ("line 309: to: a spreadsheet has rounded it", "0 accepted, 320 known already", "PL-1007", "scheduled (quiet_hours)", "whom to phone"):
            self.assertIn(line, told)
        self.assertRegex(told, r"\d+ paid, 12 wrote, \d+ are to be phoned; \d+ events without a gap")
        self.assertEqual(list((self.place / "plain").iterdir()), [])
        told, broke = kept.communicate(timeout=150)
        self.assertEqual(kept.returncode, 0, told + broke)
        pids = [int(pid) for pid in re.search(r"kill ([\d ]+);", told).group(1).split()]
        try:
            socket = re.search(r"--socket (\S+) status", told).group(1)
            status = subprocess.run([BIN / "dunlin", "--socket", socket, "status"], capture_output=True, text=True, timeout=30)
            self.assertEqual(status.returncode, 0, status)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGTERM)

    def test_whatever_the_hour_it_is_quiet_in_berlin_and_not_in_london(self):
        sys.path.insert(0, str(ROOT / "tools"))
        from demo_session import quiet_hours
        for month in (1, 7):
            for quarter in range(96):
                now = datetime.datetime(2026, month, 15, tzinfo=datetime.timezone.utc) + datetime.timedelta(minutes=15 * quarter)
                begin, end = (datetime.time.fromisoformat(each) for each in quiet_hours(now).split("-"))
                for zone, quiet in (("Europe/Berlin", True), ("Europe/Paris", True), ("Europe/London", False)):
                    for later in (0, 10):  # minutes
                        there = (now + datetime.timedelta(minutes=later)).astimezone(zoneinfo.ZoneInfo(zone)).time()
                        inside = begin <= there < end if begin < end else there >= begin or there < end
                        self.assertEqual(inside, quiet, (now, zone, there, begin, end))

    def test_it_says_what_broke(self):
        run = subprocess.run([ROOT / "tools/demo", "--no-build"], capture_output=True, text=True, timeout=60,
                             env={**os.environ, "DUNLIN_BIN": str(self.place), "TMPDIR": str(self.place)})
        self.assertEqual(run.returncode, 1)
        self.assertIn("dunlin-smsc", run.stderr)
        self.assertEqual(list(self.place.iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
