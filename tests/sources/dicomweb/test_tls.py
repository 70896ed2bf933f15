"""An archive behind TLS: its certificate counts."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from explorer.errors import SurroundingsError
from explorer.sources.dicomweb import Address, Archive, Credentials, Patience


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "archive")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
    return path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/dicom+json")
        self.end_headers()
        self.wfile.write(b'[{"said": "%s"}]' % self.headers.get("Authorization", "").encode())

    def log_message(self, *_: object) -> None:
        pass


class Server(HTTPServer):
    def handle_error(self, *_: object) -> None:
        pass


def test_only_a_trusted_certificate_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            port = server.server_address[1]
            anna = Credentials(token="t")
            unknown = Archive(Address.parse(f"https://127.0.0.1:{port}"), anna, Patience(pause=0.0))
            with pytest.raises(SurroundingsError, match=r"certificate is not trusted .self.signed certificate"):
                unknown.ask("/studies")
            unknown.close()
            monkeypatch.setenv("SSL_CERT_FILE", str(pem))
            trusted = Archive(Address.parse(f"https://127.0.0.1:{port}"), anna)
            assert trusted.ask("/studies").rows == [{"said": "Bearer t"}]
            trusted.close()
            other = Archive(Address.parse(f"https://localhost:{port}"), anna, Patience(pause=0.0))
            with pytest.raises(SurroundingsError, match="certificate is not trusted"):
                other.ask("/studies")
            other.close()
        finally:
            server.shutdown()
            thread.join()
