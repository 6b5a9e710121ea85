"""COSE_Sign1 by pycose, for `cargo xtask interop`. Prints one line of JSON.

  cose_peer.py verify CONTAINER PUBLIC_KEY_HEX       does pycose accept the signature of a container in binary form?
  cose_peer.py sign CONTAINER SEED_HEX OUT           the same manifest and payload, signed by pycose with alg -8 into OUT
  cose_peer.py forge CONTAINER OUT                   the same with one bit of the signature changed (binary form)
  cose_peer.py digest CONTAINER                      SHA-256 of the manifest, of a container in either form

pycose knows EdDSA (-8) and not the fully-specified Ed25519 (-19, RFC 9864) that a container carries. So it is told that -19
is a second name of the algorithm that it has; what it then checks is its own Sig_structure and its own Ed25519.
"""

import base64
import hashlib
import io
import json
import sys

import cbor2
from pycose.algorithms import CoseAlgorithm, EdDSA
from pycose.headers import KID, Algorithm
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message

EXTERNAL_AAD = b"motebox/1"


@CoseAlgorithm.register_attribute()
class Ed25519FullySpecified(EdDSA):
    identifier = -19
    fullname = "ED25519"


def parts(path):
    """The COSE_Sign1 as it stands in the file, and the bytes after it. A container is deterministic CBOR: what was decoded
    encodes to the very bytes that stand there, or this raises."""
    with open(path, "rb") as file:
        whole = file.read()
    envelope = cbor2.dumps(cbor2.CBORDecoder(io.BytesIO(whole)).decode())
    if not whole.startswith(envelope):
        raise SystemExit(f"{path} is not deterministic CBOR")
    return envelope, whole[len(envelope) :]


def verify(path, public_hex):
    envelope, _ = parts(path)
    message = Sign1Message.decode(envelope)
    message.external_aad = EXTERNAL_AAD
    message.key = OKPKey(crv=Ed25519, x=bytes.fromhex(public_hex))
    good = message.verify_signature()
    # A verifier that accepts everything would show here.
    message.external_aad = EXTERNAL_AAD + b"x"
    return {
        "alg": message.phdr[Algorithm].identifier,
        "kid": message.phdr[KID].hex(),
        "good": good,
        "good_with_another_aad": message.verify_signature(),
        "encodes_the_same": message.encode(sign=False) == envelope,
    }


def sign(path, seed_hex, out):
    envelope, rest = parts(path)
    signed = Sign1Message.decode(envelope)
    message = Sign1Message(
        phdr={Algorithm: EdDSA, KID: signed.phdr[KID]},
        payload=signed.payload,
        external_aad=EXTERNAL_AAD,
        key=OKPKey(crv=Ed25519, d=bytes.fromhex(seed_hex)),
    )
    encoded = message.encode()
    with open(out, "wb") as file:
        file.write(encoded + rest)
    return {"alg": EdDSA.identifier, "bytes": len(encoded) + len(rest)}


def forge(path, out):
    envelope, rest = parts(path)
    # The last 64 bytes are R and S; the lowest bit of S, so that it stays below the group's order.
    changed = bytearray(envelope)
    changed[-32] ^= 1
    with open(out, "wb") as file:
        file.write(bytes(changed) + rest)
    return {"bytes": len(envelope) + len(rest)}


def digest(path):
    with open(path, "rb") as file:
        whole = file.read()
    if whole.startswith(b"/*motebox1 "):
        text = whole.split(b" ", 2)[1]
        whole = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    manifest = cbor2.CBORDecoder(io.BytesIO(whole)).decode().value[2]
    return {"digest": hashlib.sha256(manifest).hexdigest()}


if __name__ == "__main__":
    verb = {"verify": verify, "sign": sign, "forge": forge, "digest": digest}[sys.argv[1]]
    print(json.dumps(verb(*sys.argv[2:])))
