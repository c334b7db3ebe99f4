"""What operators ask to be put into a submit_sm, and what SMSCs put into a deliver_sm that nobody asked for."""

import shutil
import struct
import subprocess

from harness import SystemTest, main, number, smsc, wait_for
from peer import DELIVER, c_string, deliver_body, receipt_text
from wire_test import Relay

EXTRA = [{"tag": 0x1400, "value": "1101456890000012345"},
         {"tag": 0x1401, "value": "1107160000000000001", "kinds": ["reminder"]},
         {"tag": 0x1401, "value": "1107160000000000002", "kinds": ["overdue", "final"]},
         {"tag": 0x1402, "type": "hex", "value": "00ff10"},
         {"tag": 0x0204, "type": "u16", "value": 258}]


class Submits(SystemTest):
    def test_extra_tlvs_and_settings_are_in_every_submit_as_tshark_reads_it(self):
        peer = self.peer()
        relay = Relay(peer.port)
        self._resources.callback(relay.close)
        daemon = self.daemon({"smsc": [smsc(relay.port, source_ton=5, source_npi=1, dest_ton=2, dest_npi=8, short_code_ton=6, short_code_npi=9,
                                            service_type="CMT", protocol_id=65, replace_if_present=True, priority_flag=True,
                                            registered_delivery=17, extra_tlvs=EXTRA)]})
        daemon.wait_bound("alpha")
        daemon.accepted({"id": "a", "to": number(1), "text": "x" * 400},
                        {"id": "b", "to": number(2), "text": "due", "kind": "final", "priority": "high", "sender": "12345"},
                        {"id": "c", "to": number(3), "text": "welcome", "kind": "welcome", "sender": "+447700900999"})
        for job in "abc":
            daemon.wait_state(job, "delivered")
        by_number = {number(i)[1:]: [submit for submit in peer.submits if submit.destination == number(i)[1:]] for i in (1, 2, 3)}
        self.assertEqual([len(submits) for submits in by_number.values()], [3, 1, 1])
        for submit in peer.submits:
            self.assertEqual((submit.service_type, submit.protocol_id, submit.replace, submit.registered_delivery), ("CMT", 65, 1, 17))
            self.assertEqual((submit.dest_ton, submit.dest_npi), (2, 8))
            self.assertEqual(submit.tlvs[0x1400], b"1101456890000012345\0")
            self.assertEqual(submit.tlvs[0x1402], b"\x00\xff\x10")
            self.assertEqual(submit.tlvs[0x0204], b"\x01\x02")
            self.assertNotIn("+", submit.destination + submit.source)
        (first, *_), (second,), (third,) = by_number.values()
        self.assertEqual((first.source, first.source_ton, first.source_npi, first.priority), ("ACME", 5, 1, 0))
        self.assertEqual((second.source, second.source_ton, second.source_npi, second.priority), ("12345", 6, 9, 1))
        self.assertEqual((third.source, third.source_ton, third.source_npi), ("447700900999", 5, 1))
        for submit in by_number[number(1)[1:]]:
            self.assertEqual(submit.tlvs[0x1401], b"1107160000000000001\0")
        self.assertEqual(second.tlvs[0x1401], b"1107160000000000002\0")
        self.assertNotIn(0x1401, third.tlvs)
        peer.check()

        self.assertTrue(shutil.which("tshark"), "tshark is not installed: tools/install installs it")
        self.assertEqual(daemon.stop(), 0)
        path = self.directory / "session.pcap"
        relay.capture(path)
        fields = ["service_type", "source_addr_ton", "source_addr_npi", "dest_addr_ton", "dest_addr_npi", "protocol_id", "priority_flag",
                  "replace_if_present_flag", "regdel.receipt", "regdel.notif", "destination_addr"]
        run = subprocess.run(["tshark", "-r", path, "-Y", "smpp.command_id == 4", "-T", "fields", "-E", "occurrence=f",
                              *(word for field in fields for word in ("-e", "smpp." + field))], capture_output=True, text=True, timeout=50)
        lines = [line.split("\t") for line in run.stdout.splitlines()]
        final = next(line for line in lines if line[-1] == number(2)[1:])
        self.assertEqual(final[0], "CMT")
        self.assertEqual([int(value, 0) for value in final[1:7]], [6, 9, 2, 8, 65, 1])
        self.assertIn(final[7], ("1", "0x01", "0x00000001", "True"))
        words = subprocess.run(["tshark", "-r", path, "-Y", "smpp.command_id == 4", "-V"], capture_output=True, text=True, timeout=50).stdout
        for tag in ("0x1400", "0x1401", "0x1402"):
            self.assertIn(tag, words)
        malformed = subprocess.run(["tshark", "-r", path, "-Y", "_ws.malformed || (smpp && _ws.expert.severity >= 0x600000)"],
                                   capture_output=True, text=True, timeout=50).stdout
        self.assertEqual(malformed, "")

    def test_a_number_that_the_smsc_does_not_take_is_refused_for_good(self):
        peer = self.peer(answer=lambda submit: 0x0B)
        daemon = self.gateway(peer)
        daemon.accepted({"id": "short", "to": number(1), "text": "due"})
        daemon.wait_state("short", "rejected")
        self.assertEqual(len(peer.submits), 1)
        peer.check()

    def test_senders_that_no_field_can_carry_are_refused(self):
        daemon = self.gateway(self.peer())
        for sender in ("info@acme", "ACME Group 12", "Müller", "+4477009009991234"):
            self.problem(daemon.post("/v1/jobs", {"id": sender, "to": number(1), "text": "due", "sender": sender}), 422, "bad_value", "sender")


class Deliveries(SystemTest):
    def test_strange_receipts_are_receipts(self):
        """TLVs that belong elsewhere or to nobody, fields filled with something else, a last TLV that is cut."""
        peer = self.peer(receipt=lambda submit: None)
        daemon = self.gateway(peer)
        names = ("strangers", "fields", "cut")
        daemon.accepted(*({"id": name, "to": number(i), "text": "due"} for i, name in enumerate(names)))
        for name in names:
            daemon.wait_state(name, "submitted")
        submits = {submit.destination: submit for submit in peer.submits}
        strangers = [(0x0426, b"\0"), (0x1403, b"1234"), (0x1454, b""), (0x2001, b"\xff" * 40), (0x002B, b"x"), (0x060D, c_string("26201"))]

        def receipt(i, tlvs=()):
            submit = submits[number(i)[1:]]
            return deliver_body(submit.destination, submit.source, receipt_text(submit.message_id), esm_class=0x04, tlvs=tlvs)

        peer.receiving().request(DELIVER, receipt(0, strangers))
        # service_type a short code, priority 1, data_coding 3 and a destination that is not our sender.
        submit = submits[number(1)[1:]]
        text = receipt_text(submit.message_id)
        peer.receiving().request(DELIVER, c_string("5772") + b"\x01\x01" + c_string(submit.destination) + b"\0\0" + c_string("5772") +
                                 bytes([0x04, 0, 1]) + b"\0\0" + bytes([0, 0, 3, 0, len(text)]) + text)
        peer.receiving().request(DELIVER, receipt(2, [(0x0427, b"\x02")]) + struct.pack(">HH", 0x0423, 3) + b"\x03")
        for name in names:
            daemon.wait_state(name, "delivered")
        wait_for(lambda: len(peer.sessions[-1].answers) == 3, "every receipt is answered")
        self.assertEqual(set(peer.sessions[-1].answers.values()), {0})
        peer.check()

    def test_tlvs_nobody_knows_are_in_the_event_of_a_reply(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        tlvs = [(0x0204, b"\0\7"), (0x1403, b"1234"), (0x2001, b""), (0x1454, b"a" * 100)]
        peer.receiving().request(DELIVER, deliver_body(number(1)[1:], "12345", b"who is this?", tlvs=tlvs))
        events = wait_for(lambda: [event for event in daemon.events() if event["type"] == "replied"], "a reply")
        self.assertEqual(events[0]["tlvs"], ["0x1403 31323334", "0x2001", "0x1454 " + "61" * 64 + "… (100 octets)"])
        peer.receiving().request(DELIVER, deliver_body(number(2)[1:], "12345", b"and who is this?"))
        wait_for(lambda: len([event for event in daemon.events() if event["type"] == "replied"]) == 2, "a reply without")
        self.assertNotIn("tlvs", daemon.events()[-1])
        peer.check()


if __name__ == "__main__":
    main()
