"""Long messages, out by each method and in by parts, over real sockets and a daemon that is killed between two parts."""

import struct

from harness import SystemTest, main, number, smsc, wait_for
from peer import deliver_body

TEXT = "Please pay invoice 4711 by Friday. " * 12


def part(text, of, total, reference=7, sar=False):
    source, octets = number(1).lstrip("+"), text.encode("ascii")
    if sar:
        tlvs = [(0x020C, struct.pack(">H", reference)), (0x020E, bytes([total])), (0x020F, bytes([of]))]
        return deliver_body(source, "ACME", octets, tlvs=tlvs)
    return deliver_body(source, "ACME", bytes([5, 0, 3, reference, total, of]) + octets, esm_class=0x40)


class Long(SystemTest):
    def test_each_method_carries_the_text(self):
        for method, parts in (("udh16", 3), ("sar", 3), ("payload", 1)):
            with self.subTest(method):
                peer = self.peer()
                directory = self.directory / method
                directory.mkdir()
                daemon = self.daemon({"smsc": [smsc(peer.port, long_messages=method)]}, directory=directory)
                daemon.wait_bound("alpha")
                daemon.accepted({"id": "a", "to": number(1), "text": TEXT})
                daemon.wait_state("a", "delivered")
                self.assertEqual("".join(submit.text for submit in peer.submits), TEXT)
                self.assertEqual([(submit.part, submit.parts) for submit in peer.submits], [(i, parts) for i in range(1, parts + 1)])
                self.assertEqual({len(submit.short_message) == 0 for submit in peer.submits}, {method == "payload"})
                peer.check()

    def test_parts_are_joined_over_a_kill(self):
        peer = self.peer()
        daemon = self.daemon({"smsc": [smsc(peer.port)]})
        daemon.wait_bound("alpha")
        self.assertEqual(peer.deliver(part("world", 2, 2)), 0)
        self.assertEqual(peer.deliver(part("A second", 1, 2, reference=8, sar=True)), 0)
        daemon.kill()
        daemon.start()
        daemon.wait_bound("alpha")
        self.assertEqual(peer.deliver(part("Hello ", 1, 2)), 0)
        self.assertEqual(peer.deliver(part(" one", 2, 2, reference=8, sar=True)), 0)
        self.assertEqual(peer.deliver(part(" one", 2, 2, reference=8, sar=True)), 0)
        replies = [event["text"] for event in daemon.events() if event["type"] == "replied"]
        self.assertEqual(replies, ["Hello world", "A second one"])
        peer.check()

    def test_what_came_is_told_as_partial_and_a_stop_in_it_counts(self):
        peer = self.peer()
        daemon = self.daemon({"smsc": [smsc(peer.port)], "dunning": {"parts_wait": "1s"}})
        daemon.wait_bound("alpha")
        self.assertEqual(peer.deliver(part("STOP", 1, 2)), 0)
        replied = lambda: [event for event in daemon.events() if event["type"] == "replied"]
        wait_for(replied, "the part that came")
        event, = replied()
        self.assertEqual((event["text"], event["partial"], event["intent"]), ("STOP[…]", True, "opt_out"))
        self.assertEqual(daemon.get("/v1/consents/" + number(1)).json["status"], "blocked")
        peer.check()

    def test_a_long_reply_of_dunlin_smsc_is_one_reply(self):
        simulator = self.simulator()
        daemon = self.daemon({"smsc": [smsc(simulator.port, sessions=2)]})
        daemon.wait_bound("alpha")
        text = "I have paid on Monday, here is the number of the transfer. " * 5
        self.assertGreater(simulator.say(number(1), text)["segments"], 1)
        replied = lambda: [event["text"] for event in daemon.events() if event["type"] == "replied"]
        wait_for(replied, "the reply")
        self.assertEqual(replied(), [text])

    def test_each_method_over_dunlin_smsc(self):
        for method, parts in (("udh", [1, 2, 3]), ("udh16", [1, 2, 3]), ("sar", [1, 2, 3]), ("payload", [None])):
            with self.subTest(method):
                directory = self.directory / method
                directory.mkdir()
                simulator = self.simulator("--receipt-delay", "20ms", name=method)
                daemon = self.daemon({"smsc": [smsc(simulator.port, long_messages=method)]}, directory=directory)
                daemon.wait_bound("alpha")
                daemon.accepted({"id": "a", "to": number(1), "text": TEXT})
                daemon.wait_state("a", "delivered")
                wait_for(lambda: len(simulator.accepted()) == len(parts), "the journal")
                lines = simulator.accepted()
                self.assertEqual([line.get("part") for line in lines], parts)
                self.assertEqual("".join(line["text"] for line in lines), TEXT)


if __name__ == "__main__":
    main()
