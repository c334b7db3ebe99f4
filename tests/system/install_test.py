"""What cmake --install lays, into a root of its own; and what systemd thinks of the unit."""

import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from harness import BIN

BUILD = BIN.parent
SOURCE = pathlib.Path(__file__).parents[2]
EXPOSURE_MAX = 2.0

# Path below the root, and its mode.
TREE = [
    ("usr/bin/dunlind", 0o755),
    ("usr/bin/dunlin", 0o755),
    ("usr/bin/dunlin-smsc", 0o755),
    ("usr/bin/dunlin-bench", 0o755),
    ("usr/lib/systemd/system/dunlin.service", 0o644),
    ("usr/lib/sysusers.d/dunlin.conf", 0o644),
    ("usr/lib/tmpfiles.d/dunlin.conf", 0o644),
    ("etc/dunlin/dunlin.toml", 0o640),
    ("etc/dunlin/credentials", 0o700),
    ("etc/dunlin/countries.toml", 0o644),
    ("etc/dunlin/replies.toml", 0o644),
    ("etc/dunlin/templates.d/creditor.toml", 0o644),
    ("etc/dunlin/templates.d/overdue.toml", 0o644),
    ("etc/dunlin/plans.d/friendly.toml", 0o644),
    ("usr/share/doc/dunlin/copyright", 0o644),
    ("usr/share/doc/dunlin/README.md", 0o644),
    ("usr/share/doc/dunlin/CHANGELOG.md", 0o644),
    ("usr/share/doc/dunlin/architecture.md", 0o644),
    ("usr/share/doc/dunlin/examples/dunlin.toml", 0o644),
    ("usr/share/doc/dunlin/examples/countries.toml", 0o644),
    ("usr/share/doc/dunlin/examples/replies.toml", 0o644),
    ("usr/share/doc/dunlin/examples/templates.d/overdue.toml", 0o644),
    ("usr/share/doc/dunlin/examples/plans.d/friendly.toml", 0o644),
    ("usr/share/dunlin/grafana/dunlin.json", 0o644),
    ("usr/share/dunlin/prometheus/rules.yml", 0o644),
    ("usr/include/dunlin/smpp/pdu.hpp", 0o644),
]


def prefix():
    cache = (BUILD / "CMakeCache.txt").read_text()
    return re.search(r"^CMAKE_INSTALL_PREFIX:\w+=(.*)$", cache, re.M).group(1)


@unittest.skipUnless(prefix() == "/usr", "the build was configured for another prefix than a package's")
class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="dunlin-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.install()

    @classmethod
    def install(cls):
        subprocess.run(["cmake", "--install", BUILD], env={"DESTDIR": str(cls.root), "PATH": "/usr/bin:/bin"}, check=True,
                       stdout=subprocess.DEVNULL, timeout=120)

    def test_everything_is_where_a_debian_host_expects_it(self):
        for path, mode in TREE:
            with self.subTest(path):
                self.assertTrue((self.root / path).exists())
                self.assertEqual(oct(stat.S_IMODE((self.root / path).stat().st_mode)), oct(mode))
        self.assertTrue(list(self.root.glob("usr/lib/**/cmake/dunlin/*onfig.cmake")), "the CMake package")

    def test_nothing_lies_elsewhere(self):
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["etc", "usr"])
        self.assertEqual([path.name for path in (self.root / "etc").iterdir()], ["dunlin"])

    def test_an_operators_configuration_is_not_written_over(self):
        own = self.root / "etc/dunlin/dunlin.toml"
        own.write_text("# mine\n")
        creditor = self.root / "etc/dunlin/templates.d/creditor.toml"
        creditor.write_text("[constants]\ncreditor = \"ACME\"\n")
        unwanted = self.root / "etc/dunlin/templates.d/referral.toml"
        unwanted.unlink()
        countries = self.root / "etc/dunlin/countries.toml"
        countries.write_text("# mine\n")
        self.addCleanup(self.install)
        self.addCleanup(shutil.rmtree, self.root / "etc/dunlin/templates.d")
        self.install()
        self.assertEqual(own.read_text(), "# mine\n")
        self.assertEqual(countries.read_text(), "# mine\n")
        self.assertEqual(creditor.read_text(), "[constants]\ncreditor = \"ACME\"\n")
        self.assertFalse(unwanted.exists(), "a template that was taken away came back")

    def test_the_installed_daemon_runs_and_likes_the_shipped_configuration(self):
        shipped = self.root / "usr/share/doc/dunlin/examples/dunlin.toml"
        run = subprocess.run([self.root / "usr/bin/dunlind", "--config", shipped, "--check"], capture_output=True, text=True, timeout=30)
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_the_unit_names_what_is_installed(self):
        unit = (self.root / "usr/lib/systemd/system/dunlin.service").read_text()
        commands = re.findall(r"^Exec(?:Start|StartPre)=(\S+) --config (\S+)", unit, re.M)
        self.assertEqual(len(commands), 2)
        for program, configuration in commands:
            self.assertTrue((self.root / program.lstrip("/")).exists(), program)
            self.assertTrue((self.root / configuration.lstrip("/")).exists(), configuration)


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class Unit(unittest.TestCase):
    unit = BUILD / "systemd/dunlin.service"

    def test_it_is_sandboxed(self):
        run = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", self.unit], capture_output=True, text=True, timeout=60)
        exposure = re.search(r"Overall exposure level for dunlin.service: ([0-9.]+)", run.stdout)
        self.assertIsNotNone(exposure, run)
        self.assertLessEqual(float(exposure.group(1)), EXPOSURE_MAX, run.stdout)

    def test_systemd_understands_every_line(self):
        run = subprocess.run(["systemd-analyze", "verify", self.unit], capture_output=True, text=True, timeout=60)
        complaints = [line for line in run.stderr.splitlines()
                      if "dunlin.service" in line and "is not executable" not in line]  # it is not installed on this host
        self.assertEqual(complaints, [])

    def test_sysusers_and_tmpfiles_are_understood(self):
        with tempfile.TemporaryDirectory(prefix="dunlin-root-") as root:
            for folder in ("etc", "var/lib"):
                (pathlib.Path(root) / folder).mkdir(parents=True)
            users = subprocess.run(["systemd-sysusers", f"--root={root}", SOURCE / "systemd/dunlin.sysusers"], capture_output=True, text=True, timeout=60)
            self.assertEqual(users.returncode, 0, users.stderr)
            self.assertIn("dunlin:", (pathlib.Path(root) / "etc/passwd").read_text())
            files = subprocess.run(["systemd-tmpfiles", f"--root={root}", "--create", SOURCE / "systemd/dunlin.tmpfiles"], capture_output=True, text=True,
                                   timeout=60)
            self.assertEqual(files.returncode, 0, files.stderr)
            self.assertTrue((pathlib.Path(root) / "etc/dunlin/credentials").is_dir())


if __name__ == "__main__":
    unittest.main(verbosity=2)
