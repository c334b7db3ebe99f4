"""A link's life: TLS, outbind, the SMSC's unbind, a standby taken and given back, and what `dunlin links` remembers."""

import contextlib
import pathlib
import select
import socket
import ssl
import struct
import subprocess
import threading
import warnings

from harness import BIN, SystemTest, free_port, main, number, smsc, wait_for
from peer import BIND_RX, OK, UNBIND, Session, accept_each, c_string

ALERT_NOTIFICATION, OUTBIND = 0x102, 0x0B


class Authority:
    """Signs certificates into `directory`, with the openssl tool."""

    def __init__(self, directory, name):
        self.directory, self.name = pathlib.Path(directory), name
        self.certificate, self.key = self.path("pem"), self.path("key")
        self._openssl("req", "-x509", "-days", "30", "-subj", f"/CN={name}", "-out", self.certificate, *self._new_key(self.key))

    def path(self, ending, name=None):
        return str(self.directory / f"{name or self.name}.{ending}")

    @staticmethod
    def _new_key(path):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def sign(self, name, alternative="IP:127.0.0.1"):
        """Returns the files of the certificate and its key."""
        certificate, key, request, extra = (self.path(ending, name) for ending in ("pem", "key", "csr", "ext"))
        pathlib.Path(extra).write_text(f"subjectAltName = {alternative}\n")
        self._openssl("req", "-subj", f"/CN={name}", "-out", request, *self._new_key(key))
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", "30",
                      "-extfile", extra, "-out", certificate)
        return certificate, key


def serving(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


class TlsFront:
    """Speaks TLS on a port of its own and hands what it carries to `port`. One thread a connection: it alone uses the TLS object."""

    def __init__(self, port, context):
        self._to, self.context, self.failures, self.names, self.connections = port, context, [], [], 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=accept_each, args=(self._listener, self._take), daemon=True).start()

    def _take(self, connection):
        threading.Thread(target=self._serve, args=(connection, self.context), daemon=True).start()

    def _serve(self, raw, context):
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        raw.settimeout(10)
        try:
            tls = context.wrap_socket(raw, server_side=True)
        except (OSError, ssl.SSLError) as error:
            self.failures.append(str(error))
            raw.close()
            return
        self.connections += 1
        with contextlib.suppress(OSError), tls, socket.create_connection(("127.0.0.1", self._to)) as plain:
            while True:
                ready = [tls] if tls.pending() else select.select([tls, plain], [], [])[0]
                for one, other in ((tls, plain), (plain, tls)):
                    if one not in ready:
                        continue
                    octets = one.recv(65536)
                    if not octets:
                        return
                    other.sendall(octets)

    def close(self):
        self._listener.close()


class Tls(SystemTest):
    def setUp(self):
        super().setUp()
        self.keys = pathlib.Path(self.directory) / "keys"
        self.keys.mkdir()
        self.authority = Authority(self.keys, "authority")

    def front(self, certificate_and_key, **settings):
        """The front, and the daemon's table for it."""
        self.peer_ = self.peer()
        context = serving(*certificate_and_key)
        front = TlsFront(self.peer_.port, context)
        self.addCleanup(front.close)
        tls = {"enabled": True, "ca_file": self.authority.certificate, **settings}
        return front, {**smsc(front.port), "tls": tls}

    def why(self, daemon, words):
        wait_for(lambda: words in daemon.links()["alpha"].get("last_error", ""), words)
        wait_for(lambda: daemon.metric('dunlin_tls_errors_total{smsc="alpha"}') > 0, "it is counted")
        self.assertEqual(self.peer_.binds, 0)
        self.assertIn(words, daemon.log_text())

    def test_messages_go_over_it_with_a_certificate_of_ours(self):
        ours = self.authority.sign("dunlin")
        front, table = self.front(self.authority.sign("smsc", "DNS:smsc.example"), server_name="smsc.example",
                                  cert_file=ours[0], key_file=ours[1])
        front.context.load_verify_locations(self.authority.certificate)
        front.context.verify_mode = ssl.CERT_REQUIRED
        daemon = self.daemon({"smsc": [table]})
        daemon.wait_bound("alpha")
        daemon.accepted(*({"id": f"job-{i}", "to": number(i), "text": f"due {i}"} for i in range(50)))
        for i in range(50):
            daemon.wait_state(f"job-{i}", "delivered")
        self.assertEqual(daemon.links()["alpha"]["tls"], "verified")
        self.assertIn("smsc.example", front.names)
        self.peer_.check()
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.peer_.unbinds, 1)

    def test_what_does_not_hold_is_named_and_nothing_is_said_to_it(self):
        stranger = Authority(self.keys, "stranger")
        for title, identity, words in (("wrong name", self.authority.sign("other", "DNS:other.example"), "not for 127.0.0.1"),
                                       ("unknown CA", stranger.sign("strange"), "signed by nobody we trust")):
            with self.subTest(title):
                _, table = self.front(identity)
                daemon = self.daemon({"smsc": [table]}, directory=title.replace(" ", "-"))
                self.why(daemon, words)

    def test_a_certificate_asked_for_and_not_had(self):
        front, table = self.front(self.authority.sign("smsc"))
        front.context.load_verify_locations(self.authority.certificate)
        front.context.verify_mode = ssl.CERT_REQUIRED
        self.why(self.daemon({"smsc": [table]}), "wants a certificate of ours")

    def test_nothing_older_than_1_2(self):
        front, table = self.front(self.authority.sign("smsc"))
        front.context.set_ciphers("DEFAULT@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that they are old is the point
            front.context.minimum_version = ssl.TLSVersion.TLSv1
            front.context.maximum_version = ssl.TLSVersion.TLSv1_1
        self.why(self.daemon({"smsc": [table]}), "nothing newer than TLS 1.1")

    def test_verification_switched_off_is_said_loudly(self):
        _, table = self.front(Authority(self.keys, "stranger").sign("strange"), verify=False)
        daemon = self.daemon({"smsc": [table]})
        daemon.wait_bound("alpha")
        self.assertEqual(daemon.links()["alpha"]["tls"], "unverified")
        self.assertIn("TLS VERIFICATION IS OFF", daemon.log_text())

    def test_new_files_are_for_new_connections_and_bad_ones_for_none(self):
        front, table = self.front(self.authority.sign("smsc"))
        trusted = pathlib.Path(table["tls"]["ca_file"])
        daemon = self.daemon({"smsc": [table]})
        daemon.wait_bound("alpha")

        old = trusted.read_text()
        trusted.write_text("no certificate\n")
        self.problem(daemon.post("/v1/reload"), 422, "bad_configuration")
        self.assertIn("smsc.alpha.tls.ca_file", daemon.log_text())
        self.assertTrue(daemon.links()["alpha"]["bound"])

        trusted.write_text(old)
        new = Authority(self.keys, "new")
        trusted.write_text(pathlib.Path(new.certificate).read_text())
        self.assertEqual(daemon.post("/v1/reload").status, 200)
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        daemon.wait_state("job-1", "delivered")
        self.assertEqual((self.peer_.binds, front.connections), (1, 1), "what was bound stays bound")
        front.context = serving(*new.sign("renewed"))
        self.peer_.drop()
        wait_for(lambda: self.peer_.binds == 2, "bound with the new ones")

    def test_check_names_what_is_wrong(self):
        _, table = self.front(self.authority.sign("smsc"), cert_file=self.authority.sign("one")[0],
                              key_file=self.authority.sign("two")[1])
        daemon = self.daemon({"smsc": [table]}, start=False)
        done = subprocess.run([BIN / "dunlind", "--config", daemon.config, "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("smsc.alpha.tls.key_file", done.stderr)
        self.assertIn("is not the key of the certificate", done.stderr)


class Outbind(SystemTest):
    def call(self, peer, port, system_id="SMSC", password="knock"):
        connection = socket.create_connection(("127.0.0.1", port))
        session = Session(peer, connection, len(peer.sessions))
        peer.sessions.append(session)
        threading.Thread(target=session.run, daemon=True).start()
        session.send(OUTBIND, 1, c_string(system_id) + c_string(password))
        return session

    def call_until_bound(self, peer, port):
        last = [self.call(peer, port)]

        def bound():
            if last[0].bind == BIND_RX:
                return True
            if not last[0].open:
                last[0] = self.call(peer, port)
            return False

        wait_for(bound, "bound as a receiver on its own connection")
        return last[0]

    def test_a_caller_is_bound_to_when_it_knows_the_password(self):
        peer, port = self.peer(receipt=lambda submit: None), free_port()
        daemon = self.daemon({"smsc": [smsc(peer.port, bind="pair", outbind_listen=f"127.0.0.1:{port}", outbind_system_id="SMSC",
                                            outbind_password="knock")]})
        daemon.wait_bound("alpha")
        wrong = self.call(peer, port, password="wrong")
        wait_for(lambda: not wrong.open, "hung up on")
        self.assertIsNone(wrong.bind)
        session = self.call_until_bound(peer, port)  # after a wrong one it is not heard for a second
        daemon.accepted({"id": "job-1", "to": number(1), "text": "due"})
        wait_for(lambda: peer.submits, "sent over the transmitter")
        daemon.wait_state("job-1", "submitted")
        peer.send_receipt(peer.submits[0], session=session)
        daemon.wait_state("job-1", "delivered")
        self.assertGreaterEqual(daemon.metric('dunlin_outbinds_refused_total{smsc="alpha"}'), 1)
        self.assertNotIn("knock", daemon.log_text())
        session.connection.shutdown(socket.SHUT_RDWR)
        wait_for(lambda: daemon.links()["alpha"]["sessions_bound"] == 1, "awaited again")
        again = self.call(peer, port)
        wait_for(lambda: again.bind == BIND_RX, "bound again")
        peer.check()


class Life(SystemTest):
    def test_the_smscs_unbind_is_answered_remembered_and_followed_by_a_bind(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        session = peer.receiving()
        sequence = session.request(UNBIND)
        wait_for(lambda: sequence in session.answers, "the unbind is answered")  # and the connection closed by who answered
        wait_for(lambda: peer.binds == 2, "bound again")
        daemon.wait_bound("alpha")
        history = daemon.links()["alpha"]["history"]
        self.assertEqual([bind["bound"] for bind in history[:2]], [True, True])
        self.assertNotIn("ended", history[0])
        self.assertEqual(history[1]["why"], "the peer unbound")
        shown = subprocess.run([BIN / "dunlin", "--socket", daemon.socket, "links", "history", "alpha"], capture_output=True, text=True,
                               check=True).stdout
        self.assertIn("the peer unbound", shown)
        self.assertEqual(subprocess.run([BIN / "dunlin", "--socket", daemon.socket, "links", "history", "nobody"],
                                        capture_output=True).returncode, 1)
        peer.check()

    def test_an_alert_notification_is_an_event(self):
        peer = self.peer()
        daemon = self.gateway(peer)
        body = b"\x01\x01" + c_string("447700900123") + b"\x05\x00" + c_string("ACME") + struct.pack(">HHB", 0x0422, 1, 0)
        peer.receiving().request(ALERT_NOTIFICATION, body)
        event = wait_for(lambda: [one for one in daemon.events() if one["type"] == "available"], "the event")[0]
        self.assertEqual((event["from"], event["smsc"], event["reason"]), ("+447700900123", "alpha", "available"))
        self.assertEqual(peer.say("+447700900124", "hello"), OK)  # nothing answered the alert, and the session goes on
        self.assertEqual(daemon.metric('dunlin_alerts_total{smsc="alpha"}'), 1)
        peer.check()

    def test_refusals_are_told_apart(self):
        peer = self.peer()
        peer.bind_status = 0x03
        daemon = self.daemon({"smsc": [smsc(peer.port)]})
        wait_for(lambda: daemon.links()["alpha"].get("refused") == "configuration", "what it means")
        self.assertEqual(daemon.links()["alpha"]["state"], "refused")
        self.assertGreaterEqual(daemon.metric('dunlin_binds_refused_total{smsc="alpha",class="configuration"}'), 1)
        peer.bind_status = 0
        daemon.wait_bound("alpha")
        self.assertNotIn("refused", daemon.links()["alpha"])

    def test_a_standby_is_taken_and_given_back(self):
        alpha, beta = self.peer(), self.peer()
        route = {"name": "all", "prefix": ["+"], "smsc": ["alpha", "beta"]}
        daemon = self.daemon({"smsc": [smsc(alpha.port, failback_after="3s"), smsc(beta.port, "beta")], "route": [route]})
        daemon.wait_bound("alpha", "beta")
        sent = 0

        def send_one():
            nonlocal sent
            sent += 1
            daemon.accepted({"id": f"job-{sent}", "to": number(sent), "text": "due"})
            daemon.wait_state(f"job-{sent}", "delivered")

        send_one()
        self.assertEqual((len(alpha.submits), len(beta.submits)), (1, 0))
        alpha.bind_status = 0x08
        alpha.drop()
        wait_for(lambda: not daemon.links()["alpha"]["bound"], "alpha is lost")
        send_one()
        self.assertEqual((len(alpha.submits), len(beta.submits)), (1, 1))
        alpha.bind_status = 0
        daemon.wait_bound("alpha")
        wait_for(lambda: "failback_ms" not in daemon.links()["alpha"], "it has stayed long enough")
        send_one()
        self.assertEqual(len(alpha.submits), 2)
        self.assertEqual(max((alpha.destinations() + beta.destinations()).values()), 1, "nothing was sent twice")


if __name__ == "__main__":
    main()
