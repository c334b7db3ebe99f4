"""An SMSC of its own, written with nothing but struct: so that the wire is read by something that shares no line with the project's codec.

It checks what it reads (lengths, terminators, bounds, sequence numbers) and keeps what it finds wrong in `errors`; a test ends with
`peer.check()`. SMPP 3.4, sections 3.2 (layout), 4 (PDUs), 5.2.19 (data_coding) and appendix B (receipt text).
"""

import collections
import contextlib
import socket
import struct
import threading
import time

RESPONSE = 0x80000000
GENERIC_NACK, BIND_RX, BIND_TX, SUBMIT, DELIVER, UNBIND, BIND_TRX, ENQUIRE = (
    0x80000000, 0x1, 0x2, 0x4, 0x5, 0x6, 0x9, 0x15)
OK, ALREADY_BOUND, THROTTLED, INVALID_DESTINATION = 0x0, 0x5, 0x58, 0x0B
PDU_MAX = 65536

GSM7 = ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
GSM7_EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}


# 3GPP 23.038 annex A, by the element of the user data header that names it (0x24 single, 0x25 locking) and the language: what differs.
NATIONAL = {
    (0x25, 1): {0x04: "€", 0x07: "ı", 0x0B: "Ğ", 0x0C: "ğ", 0x1C: "Ş", 0x1D: "ş", 0x40: "İ", 0x60: "ç"},
    (0x24, 1): {0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş"},
}


def gsm7_text(octets, tables=()):
    alphabet, extension = dict(enumerate(GSM7)), dict(GSM7_EXTENSION)
    for element, language in tables:
        (extension if element == 0x24 else alphabet).update(NATIONAL[element, language])
    text, escaped = "", False
    for octet in octets:
        if escaped:
            text, escaped = text + extension[octet], False
        elif octet == 0x1B:
            escaped = True
        else:
            text += alphabet[octet]
    if escaped:
        raise ValueError("an escape was split from its character")
    return text


class Submit:
    """A submit_sm as it came."""

    def __init__(self, body):
        self._body, self._at = body, 0
        self.service_type = self._c_string(6)
        self.source_ton, self.source_npi = self._octets(2)
        self.source = self._c_string(21)
        self.dest_ton, self.dest_npi = self._octets(2)
        self.destination = self._c_string(21)
        self.esm_class, self.protocol_id, self.priority = self._octets(3)
        self.schedule_delivery_time = self._c_string(17)
        self.validity_period = self._c_string(17)
        self.registered_delivery, self.replace, self.data_coding, self.default_msg_id, length = self._octets(5)
        if length > 254:
            raise ValueError(f"sm_length {length} is above 254")
        self.short_message = bytes(self._octets(length))
        self.tlvs = {}
        while self._at < len(body):
            tag, size = struct.unpack(">HH", bytes(self._octets(4)))
            self.tlvs[tag] = bytes(self._octets(size))
        self.part, self.parts, self.reference = 1, 1, None
        self.tables = []  # (element, language)
        payload = self.short_message
        if self.esm_class & 0x40:
            header, payload = payload[1:1 + payload[0]], payload[1 + payload[0]:]
            if header[:2] == b"\x00\x03":
                self.reference, self.parts, self.part = header[2], header[3], header[4]
                header = header[5:]
            if header[:2] == b"\x08\x04":
                self.reference, self.parts, self.part = struct.unpack(">HBB", header[2:6])
                header = header[6:]
            while header and header[0] in (0x24, 0x25):
                self.tables.append((header[0], header[2]))
                header = header[3:]
        if 0x020C in self.tlvs:
            self.reference, self.parts, self.part = struct.unpack(">HBB", self.tlvs[0x020C] + self.tlvs[0x020E] + self.tlvs[0x020F])
        if 0x0424 in self.tlvs:
            payload = self.tlvs[0x0424]
        self.text = self._text(payload)

    def _octets(self, count):
        if self._at + count > len(self._body):
            raise ValueError(f"the body ends at {len(self._body)}, {count} octets wanted at {self._at}")
        self._at += count
        return self._body[self._at - count:self._at]

    def _c_string(self, bound):
        end = self._body.find(b"\0", self._at, self._at + bound)
        if end < 0:
            raise ValueError(f"no NUL within {bound} octets at {self._at}")
        value, self._at = self._body[self._at:end].decode("ascii"), end + 1
        return value

    def _text(self, payload):
        if self.data_coding == 0:
            return gsm7_text(payload, self.tables)
        if self.data_coding == 3:
            return payload.decode("latin-1")
        if self.data_coding == 8:
            return payload.decode("utf-16-be")
        raise ValueError(f"data_coding {self.data_coding}")


def c_string(text):
    return text.encode("ascii") + b"\0"


def deliver_body(source, destination, short_message, esm_class=0, data_coding=0, tlvs=()):
    body = b"\0" + b"\x01\x01" + c_string(source) + b"\x01\x01" + c_string(destination) + bytes([esm_class, 0, 0])
    body += b"\0\0" + bytes([0, 0, data_coding, 0, len(short_message)]) + short_message
    return body + b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in tlvs)


def receipt_text(message_id, stat="DELIVRD", err="000"):
    date = time.strftime("%y%m%d%H%M")
    delivered = "001" if stat == "DELIVRD" else "000"
    return (f"id:{message_id} sub:001 dlvrd:{delivered} submit date:{date} done date:{date} stat:{stat} err:{err} text:").encode("ascii")


def accept_each(listener, take):
    """Hands every connection to `take(connection)` until the listener is closed."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        take(connection)


class Session:
    """One connection from an ESME."""

    def __init__(self, peer, connection, number):
        self.peer, self.connection, self.number = peer, connection, number
        self.bind, self.system_id, self.password, self.version = None, "", "", 0
        self._sequence, self._write, self.answers = 0, threading.Lock(), {}
        self.open, self.last_sequence = True, 0
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, command, sequence, body=b"", status=OK):
        try:
            with self._write:
                self.connection.sendall(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)
        except OSError:
            self.open = False

    def request(self, command, body=b""):
        """Sends a request of ours; its answer's status arrives in `answers` under the sequence number returned."""
        with self._write:
            self._sequence += 1
            sequence = self._sequence
        self.send(command, sequence, body)
        return sequence

    def run(self):
        try:
            while True:
                length, command, status, sequence = struct.unpack(">IIII", self._exactly(16))
                if not 16 <= length <= PDU_MAX:
                    raise ValueError(f"command_length {length}")
                self._handle(command, status, sequence, self._exactly(length - 16))
        except (OSError, EOFError):
            pass
        except Exception as error:  # what the daemon sent is wrong: the test must hear of it
            self.peer.errors.append(f"session {self.number}: {error!r}")
        finally:
            self.open = False
            self.connection.close()

    def _exactly(self, count):
        octets = b""
        while len(octets) < count:
            got = self.connection.recv(count - len(octets))
            if not got:
                raise EOFError
            octets += got
        return octets

    def _handle(self, command, status, sequence, body):
        if not 1 <= sequence <= 0x7FFFFFFF and command != GENERIC_NACK:
            raise ValueError(f"sequence_number {sequence:#x}")
        if command & RESPONSE:
            self.answers[sequence] = status
            return
        if status != 0:
            raise ValueError(f"a request with command_status {status:#x}")
        if sequence <= self.last_sequence:
            raise ValueError(f"sequence_number {sequence} after {self.last_sequence}")
        self.last_sequence = sequence
        if command in (BIND_RX, BIND_TX, BIND_TRX):
            self._bind(command, sequence, body)
        elif command == ENQUIRE:
            self.send(ENQUIRE | RESPONSE, sequence)
        elif command == UNBIND:
            self.peer.unbinds += 1
            self.bind = None
            self.send(UNBIND | RESPONSE, sequence)
        elif command == SUBMIT:
            if self.bind not in (BIND_TX, BIND_TRX):
                raise ValueError("submit_sm on a session that may not transmit")
            self.peer._submitted(self, sequence, Submit(body))
        else:
            self.send(GENERIC_NACK, sequence, status=3)

    def _bind(self, command, sequence, body):
        self.system_id, self.password, system_type, rest = body.split(b"\0", 3)
        if len(self.system_id) > 15 or len(self.password) > 8 or len(system_type) > 12:
            raise ValueError("a bind field above its bound")
        self.version = rest[0]
        status = self.peer.bind_status
        if status == OK:
            self.bind = command
            self.peer.binds += 1
        else:
            self.peer.refused_binds += 1
        self.send(command | RESPONSE, sequence, c_string("peer") if status == OK else b"", status)


class Peer:
    """Listens on a free port of 127.0.0.1 until close().

    answer    submit -> command_status, or None: it is not answered
    receipt   submit -> stat of its receipt ("DELIVRD", …), or None: no receipt
    early     receipts leave before the response they belong to
    bind_status   what a bind is answered with
    """

    def __init__(self, answer=lambda submit: OK, receipt=lambda submit: "DELIVRD", early=False, port=0):
        self.answer, self.receipt, self.early, self.bind_status = answer, receipt, early, OK
        self.errors, self.submits, self.sessions = [], [], []
        self.binds = self.refused_binds = self.unbinds = 0
        self.times = []  # of the submits, by the monotonic clock
        self.registered = collections.Counter()
        self._lock, self._next_id = threading.Lock(), 0
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=accept_each, args=(self._listener, self._take), daemon=True).start()

    def _take(self, connection):
        session = Session(self, connection, len(self.sessions))
        self.sessions.append(session)
        threading.Thread(target=session.run, daemon=True).start()

    def _submitted(self, session, sequence, submit):
        now = time.monotonic()
        with self._lock:
            self._next_id += 1
            submit.message_id = f"{self._next_id:010d}"
            submit.session = session.number
            self.submits.append(submit)
            self.times.append(now)
        submit.status = self.answer(submit)
        if submit.status is None:
            return
        stat = self.receipt(submit) if submit.status == OK and submit.registered_delivery & 3 else None
        if stat and self.early:
            self.send_receipt(submit, stat, session)
        session.send(SUBMIT | RESPONSE, sequence, c_string(submit.message_id) if submit.status == OK else b"", submit.status)
        if stat and not self.early:
            self.send_receipt(submit, stat, session)

    def send_receipt(self, submit, stat="DELIVRD", session=None, with_text=True):
        """A receipt as text and TLVs (receipted_message_id, message_state); `with_text=False`: TLVs alone."""
        state = {"DELIVRD": 2, "EXPIRED": 3, "UNDELIV": 5, "ACCEPTD": 6, "REJECTD": 8}[stat]
        text = receipt_text(submit.message_id, stat) if with_text else b""
        body = deliver_body(submit.destination, submit.source, text, esm_class=0x04,
                            tlvs=[(0x001E, c_string(submit.message_id)), (0x0427, bytes([state]))])
        (session if session and session.open else self.receiving()).request(DELIVER, body)

    def receiving(self):
        for session in reversed(self.sessions):
            if session.open and session.bind in (BIND_RX, BIND_TRX):
                return session
        raise AssertionError("no session is bound for receiving")

    def say(self, source, text, destination="12345", seconds=10):
        """A person writes: returns the command_status of the deliver_sm_resp."""
        try:
            octets, data_coding = bytes(GSM7.index(character) for character in text), 0
        except ValueError:
            octets, data_coding = text.encode("utf-16-be"), 8
        return self.deliver(deliver_body(source.lstrip("+"), destination, octets, data_coding=data_coding), seconds)

    def deliver(self, body, seconds=10):
        """A deliver_sm: returns the command_status of its response."""
        session = self.receiving()
        sequence = session.request(DELIVER, body)
        end = time.monotonic() + seconds
        while sequence not in session.answers:
            if time.monotonic() > end:
                raise AssertionError(f"no deliver_sm_resp within {seconds} s")
            time.sleep(0.002)
        return session.answers[sequence]

    def bound(self):
        return sum(1 for session in self.sessions if session.open and session.bind)

    def destinations(self):
        with self._lock:
            return collections.Counter("+" + submit.destination.lstrip("+") for submit in self.submits)

    def drop(self):
        """Cuts every connection, as a network that fails does."""
        for session in self.sessions:
            try:
                session.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        with contextlib.suppress(OSError):  # closed before
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accept() that would keep it listening
        self._listener.close()
        self.drop()

    def check(self):
        assert not self.errors, self.errors
