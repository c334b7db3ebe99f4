"""Every dialect of dunlin-smsc: one gateway that knows nothing of any of them delivers every job over each."""

import re
import subprocess

from harness import BIN, SystemTest, main, smsc, wait_for


def dialects():
    """Their names, as `dunlin-smsc --help` lists them."""
    said = subprocess.run([BIN / "dunlin-smsc", "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^ +([a-z0-9-]+): \w", said[said.index("--dialect"):said.index("--binds")], re.M)


# Without a word in the configuration a long message goes by UDH, which this one refuses.
SHORT_ALONE = {"sar-alone"}


class Dialects(SystemTest):
    def test_every_job_is_delivered_over_every_dialect_without_a_flag(self):
        names = dialects()
        self.assertGreaterEqual(len(names), 15)
        simulators = {name: self.simulator("--dialect", name, "--receipt-delay", "200ms", "--seed", str(seed), name=name)
                      for seed, name in enumerate(names, 1)}
        daemon = self.daemon({"smsc": [smsc(simulators[name].port, name) for name in names],
                              "route": [{"name": name, "prefix": [f"+48601{i:02d}"], "smsc": [name]} for i, name in enumerate(names)]})
        daemon.wait_bound(*names)
        jobs = [{"id": f"{name}-{j}", "to": f"+48601{i:02d}{j:04d}", "text": text}
                for i, name in enumerate(names)
                for j, text in enumerate(["one", "id:12 stat:UNDELIV", "Zażółć", "long " * 60][:3 if name in SHORT_ALONE else 4])]
        daemon.accepted(*jobs)
        try:
            wait_for(lambda: daemon.counts().get("delivered", 0) == len(jobs), "all delivered")
        except AssertionError:
            self.fail(f"not delivered: {[job['id'] for job in jobs if daemon.state(job['id']) != 'delivered']}")
        self.assertEqual([event for event in daemon.events() if event["type"] not in ("accepted", "submitted", "delivered")], [])
        self.assertEqual({name: len(simulators[name].accepted()) for name in names},
                         {name: 3 if name in SHORT_ALONE else 5 for name in names})


if __name__ == "__main__":
    main()
