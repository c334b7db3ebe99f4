"""tools/demo does what the README says of it: exit 0, nothing left running, nothing left on the disk."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

from harness import BIN

ROOT = pathlib.Path(__file__).parents[2]


class Demo(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="dunlin-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def demo(self, *arguments):
        environment = {**os.environ, "DUNLIN_BIN": str(BIN), "TMPDIR": str(self.place)}
        return subprocess.run([ROOT / "tools/demo", "--no-build", *arguments], capture_output=True, text=True, timeout=120, env=environment)

    def test_it_ends_well_and_leaves_nothing(self):
        run = self.demo()
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("64 jobs:", run.stdout)
        self.assertRegex(run.stdout, r"1 blocked, 1 cancelled, \d+ delivered")
        self.assertEqual(list(self.place.iterdir()), [])

    def test_keep_leaves_it_running_where_it_says(self):
        run = self.demo("--keep")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        pids = [int(pid) for pid in re.search(r"kill ([\d ]+);", run.stdout).group(1).split()]
        try:
            socket = re.search(r"--socket (\S+) status", run.stdout).group(1)
            status = subprocess.run([BIN / "dunlin", "--socket", socket, "status"], capture_output=True, text=True, timeout=30)
            self.assertEqual(status.returncode, 0, status)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGTERM)

    def test_it_says_what_broke(self):
        run = subprocess.run([ROOT / "tools/demo", "--no-build"], capture_output=True, text=True, timeout=60,
                             env={**os.environ, "DUNLIN_BIN": str(self.place), "TMPDIR": str(self.place)})
        self.assertEqual(run.returncode, 1)
        self.assertIn("dunlin-smsc", run.stderr)
        self.assertEqual(list(self.place.iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
