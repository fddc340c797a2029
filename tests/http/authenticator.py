"""What people hold in their hands when they sign in: an app that makes codes (RFC 6238), and a device with passkeys
(WebAuthn level 2)."""

import base64
import hashlib
import hmac
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def code_of(secret, at, digits=6):
    """Of the app that was given the secret in base32, at a second."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", at // 30), "sha1")
    offset = mac[-1] & 15
    return str((struct.unpack(">I", mac[offset:offset + 4])[0] & 0x7fffffff) % 10 ** digits).zfill(digits)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _head(major, value):
    """CBOR (RFC 8949), as short as it can be."""
    if value < 24:
        return bytes([major << 5 | value])
    return bytes([major << 5 | 24, value]) if value < 256 else bytes([major << 5 | 25]) + struct.pack(">H", value)


def cbor(value):
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, dict):
        return _head(5, len(value)) + b"".join(cbor(key) + cbor(each) for key, each in value.items())
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _ec_key():
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    return key, {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}


def _ed_key():
    key = ed25519.Ed25519PrivateKey.generate()
    return key, {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}


def _rsa_key():
    key = rsa.generate_private_key(65537, 2048)
    return key, {1: 3, 3: -257, -1: key.public_key().public_numbers().n.to_bytes(256, "big"), -2: b"\1\0\1"}


ALGORITHMS = {"ES256": (_ec_key, lambda key, data: key.sign(data, ec.ECDSA(hashes.SHA256()))),
              "EdDSA": (_ed_key, lambda key, data: key.sign(data)),
              "RS256": (_rsa_key, lambda key, data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()))}


class Passkey:
    """On a device of its own. What a test gives to `create` and `sign` overrides what an honest browser would say."""

    def __init__(self, origin, algorithm="ES256", id=b"a credential", count=0):
        make, self._sign = ALGORITHMS[algorithm]
        self.key, self.cose = make()
        self.origin, self.id, self.count = origin, id, count

    def _client_data(self, kind, options, said):
        data = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False, **said}
        return json.dumps(data, separators=(",", ":")).encode()

    def create(self, options, name="Telephone", flags=PRESENT | VERIFIED, party=None, **said):
        """The body of POST /me/passkeys."""
        self.user_handle = options["user_handle"]
        data = hashlib.sha256((party or options["rp_id"]).encode()).digest() + struct.pack(
            ">BI16sH", flags | ATTESTED, self.count, bytes(16), len(self.id)) + self.id + cbor(self.cose)
        return {"name": name, "client_data": base64url(self._client_data("webauthn.create", options, said)),
                "authenticator_data": base64url(data)}

    def sign(self, options, flags=PRESENT | VERIFIED, party=None, **said):
        """The body of POST /session/passkey."""
        client_data = self._client_data("webauthn.get", options, said)
        data = hashlib.sha256((party or options["rp_id"]).encode()).digest() + struct.pack(">BI", flags, self.count)
        signature = self._sign(self.key, data + hashlib.sha256(client_data).digest())
        return {"credential_id": base64url(self.id), "user_handle": self.user_handle,
                "client_data": base64url(client_data), "authenticator_data": base64url(data),
                "signature": base64url(signature)}
