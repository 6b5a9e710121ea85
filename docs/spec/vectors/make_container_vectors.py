#!/usr/bin/env python3
"""Makes container.json: vectors for docs/spec/container.md, valid ones and refused ones.

It shares no code with Motebox: CBOR is cbor2's, Ed25519 and SHA-256 are those of `cryptography` and hashlib.
The few lines of curve arithmetic below serve only to forge what no signing library would make.

    python3 -m venv venv && venv/bin/pip install 'cbor2>=5.6' 'cryptography>=42'
    venv/bin/python docs/spec/vectors/make_container_vectors.py

The output is deterministic. Every case is { name, form, container (hex), number }, and what it needs beside that:
number 0 is accepted, anything else is the number of the refusal; value is the number that the refusal carries,
where it was known beforehand. The keys here are for tests only: their seeds stand in this file.
"""

import base64
import hashlib
import json
import pathlib
import zlib

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PRODUCTION = b"motebox/1"
DEVELOPMENT = b"motebox/1-dev"


def enc(value):
    return cbor2.dumps(value, canonical=True)


def sha256(data):
    return hashlib.sha256(data).digest()


class Key:
    def __init__(self, seed, ids="*", kinds=31, grants=True):
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public = self.private.public_key().public_bytes_raw()
        self.id = sha256(self.public)[:4]
        self.ids, self.kinds, self.grants = ids, kinds, grants

    def sign(self, message):
        return self.private.sign(message)


# --- keys and the device ---------------------------------------------------------------------------------------------

RIGHTS = {
    1: {"brightness": 1, "sound": 1, "buzzer": [3, 0, 0, 30]},
    2: ["alarm"],
    4: [[0, bytes.fromhex("20010db8000000000000000000000001"), 0, 2, "coap"]],
}

operator = Key(1)
stranger = Key(2)
keys = {
    "operator": operator,
    "scripts-only": Key(3, kinds=1),
    "lights-only": Key(4, ids="light-*,lamp"),
    "few-rights": Key(5, grants=RIGHTS),
    "no-rights": Key(6, grants={5: True}),
    "secured-only": Key(7, grants={3: ["alarm"]}),
}

PLACE = {
    "id": "alarm", "kinds": 31, "deflate": False, "deflate_dictionary": False, "device": b"mote-1".hex(), "class": "samr21-xpro",
    "slot_bytes": 4096, "there": None, "tried": None, "floor": 0,
}

SCRIPT = b"print('light and sound');\nvar n = 0;\ntimer.setInterval(function () { n += 1; }, 1e6);\n"
LONG_SCRIPT = b"".join(b"print('line %04d of a long script');\n" % n for n in range(70))


# --- making containers -----------------------------------------------------------------------------------------------

def manifest(payload=SCRIPT, drop=(), **changes):
    """A manifest of kind 1 as a dict; changes are given as k5=..."""
    fields = {0: 1, 1: 1, 2: "alarm", 3: 7, 4: True, 5: len(payload), 6: sha256(payload), 10: RIGHTS, 12: 0, 13: 60}
    if len(payload) > 1024:
        fields[9] = digests(payload)
    for name, value in changes.items():
        fields[int(name[1:])] = value
    for key in drop:
        fields.pop(key, None)
    return fields


def command(**changes):
    fields = {0: 1, 1: 4, 2: "alarm", 3: 8, 4: True, 14: 7, 15: 1}
    for name, value in changes.items():
        fields[int(name[1:])] = value
    return fields


def digests(transmitted):
    return b"".join(sha256(transmitted[at:at + 1024])[:8] for at in range(0, len(transmitted), 1024))


def as_bytes(fields):
    return fields if isinstance(fields, bytes) else enc(fields)


def protected_of(key, alg=-19):
    return enc({1: alg, 4: key.id})


def to_be_signed(protected, manifest_bytes, aad):
    return enc(["Signature1", protected, aad, manifest_bytes])


def signature_of(fields, key=operator, aad=PRODUCTION, protected=None):
    protected = protected_of(key) if protected is None else protected
    return key.sign(to_be_signed(protected, as_bytes(fields), aad))


def sign1(fields, key=operator, alg=-19, aad=PRODUCTION, protected=None, signature=None):
    body = as_bytes(fields)
    protected = protected_of(key, alg) if protected is None else protected
    signature = signature_of(body, key, aad, protected) if signature is None else signature
    return enc(cbor2.CBORTag(18, [protected, {}, body, signature]))


def binary(fields, payload=SCRIPT, **how):
    head = sign1(fields, **how)
    return head if payload is None else head + enc(payload)


def text_line(cose, payload, end=b"*/\n"):
    b64 = base64.urlsafe_b64encode(cose).rstrip(b"=")
    return b"/*motebox1 " + b64 + b" " + sha256(payload).hex().encode() + end


def text(fields, payload=SCRIPT, **how):
    return text_line(sign1(fields, **how), payload) + payload


cases = []


def case(name, form, container, number=0, **more):
    cases.append({"name": name, "form": form, "container": container.hex(), "number": number, **more})


def map_of(pairs):
    """A CBOR map from encoded keys and values, in the order given."""
    assert len(pairs) < 24
    return bytes([0xa0 | len(pairs)]) + b"".join(key + value for key, value in pairs)


def pairs_of(fields):
    return [(enc(key), enc(fields[key])) for key in sorted(fields)]


# --- heads, for making wrong ones ------------------------------------------------------------------------------------

def heads(data, at=0, count=1):
    """Offsets of all heads of `count` items: a reader of its own, only for well-formed shortest-form input."""
    found = []
    for _ in range(count):
        at = one_item(data, at, found)
    return found, at


def one_item(data, at, found):
    found.append(at)
    major, argument, after = split_head(data, at)
    if major in (2, 3):
        return after + argument
    inner = {4: argument, 5: 2 * argument, 6: 1}.get(major, 0)
    for _ in range(inner):
        after = one_item(data, after, found)
    return after


def split_head(data, at):
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    size = 1 << (info - 24)
    return major, int.from_bytes(data[at + 1:at + 1 + size], "big"), at + 1 + size


def longer(data, at, steps=1):
    major, argument, after = split_head(data, at)
    info = data[at] & 31
    level = min((24 if info < 24 else info + 1) + steps - 1, 27)
    return data[:at] + bytes([major << 5 | level]) + argument.to_bytes(1 << (level - 24), "big") + data[after:]


def indefinite(data, at):
    """The string, array or map at `at` with indefinite length."""
    major, argument, after = split_head(data, at)
    _, end = heads(data, at)
    inner = data[after:end]
    if major in (2, 3):
        inner = data[at:end]
    return data[:at] + bytes([major << 5 | 31]) + inner + b"\xff" + data[end:]


# --- accepted --------------------------------------------------------------------------------------------------------

good = manifest()
case("script, binary form", "binary", binary(good))
case("script, text form", "text", text(good))
case("script, COSE_Sign1 alone", "sign1", sign1(good))
case("alg -8 is accepted as well", "binary", binary(good, alg=-8))
case("alg -8 is accepted as well, text form", "text", text(good, alg=-8))
case("for this device", "binary", binary(manifest(k4=b"mote-1")))
case("for this class", "binary", binary(manifest(k4="samr21-xpro")))
case("no permissions", "binary", binary(manifest(drop=[10])))
case("all limits", "binary", binary(manifest(k11={1: 2560, 2: 100_000, 3: 4, 4: 256, 5: 60, 6: 4096})))
case("every permission", "binary", binary(manifest(k10={
    1: {"led": 2, "x": [1, 60], "servo": [3, 600, -90, 90], "supply": [2, 0, -33, 33, -1]},
    2: ["alarm", "a/b"], 3: ["secret"], 4: [[1, "cloud.example", 0, 15, ""], [0, bytes([192, 0, 2, 1]), 61616, 1, "a/b"]],
    5: True, 6: [1 << 11 | 1 << 26, -17, 1], 7: True})))
case("policy script", "binary", binary(manifest(k12=1)))
case("policy operator, longest probation", "binary", binary(manifest(k12=2, k13=604800)))
case("three chunks, binary form", "binary", binary(manifest(LONG_SCRIPT), LONG_SCRIPT))
case("three chunks, text form", "text", text(manifest(LONG_SCRIPT), LONG_SCRIPT))
exact = (b"//" + b"x" * 1021 + b"\n")
assert len(exact) == 1024
case("exactly one chunk", "binary", binary(manifest(exact), exact))
case("exactly two chunks", "binary", binary(manifest(exact * 2), exact * 2))
deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
squeezed = deflate.compress(LONG_SCRIPT) + deflate.flush()
coded = {"k7": 1, "k8": len(squeezed), "k9": digests(squeezed)}
case("deflated", "binary", binary(manifest(LONG_SCRIPT, **coded), squeezed), place={"deflate": True})
no_cr = SCRIPT.replace(b"\n", b"\r\n")
case("a payload with CR LF is taken as it is, text form", "text", text(manifest(no_cr), no_cr))
no_end = SCRIPT.rstrip(b"\n")
case("a payload without final newline, text form", "text", text(manifest(no_end), no_end))
case("a payload that begins with a blank line, text form", "text", text(manifest(b"\n" + SCRIPT), b"\n" + SCRIPT))
case("a payload that begins with a shebang, binary form", "binary", binary(manifest(b"#!js\n" + SCRIPT), b"#!js\n" + SCRIPT))
case("a payload of one byte", "text", text(manifest(b";"), b";"))
case("a payload that almost begins with a header", "text", text(manifest(b"/*motebox1"), b"/*motebox1"))
composition = enc({1: [[1, 2, 3], [4, 5]]})
case("composition", "binary", binary(manifest(composition, k1=2), composition))
parameters = enc({"threshold": 900, "label": "hall", "loud": True})
case("parameters", "binary", binary(manifest(parameters, drop=[10], k1=3, k3=8, k14=7), parameters), place={"there": 7})
for number, name in enumerate(["confirm", "revert", "stop", "delete"], 1):
    case(f"command {name}", "binary", binary(command(k15=number), None), place={"there": 7})
trust = enc({
    1: [{1: stranger.id, 2: -19, 3: stranger.public, 4: "light-*", 5: 9, 6: RIGHTS}], 2: [keys["no-rights"].id], 3: {"alarm": 3}})
trust_fields = {0: 1, 1: 5, 2: "trust", 3: 2, 4: True, 5: len(trust), 6: sha256(trust)}
case("trust", "binary", binary(trust_fields, trust), place={"id": "trust"})
case("development signature on a development device", "binary", binary(good, aad=DEVELOPMENT), context="development")
case("longest id, first sequence", "binary", binary(manifest(k2="a-0123456789-bcd", k3=1)), place={"id": "a-0123456789-bcd"})
case("last sequence", "binary", binary(manifest(k3=4294967294)))
case("above what was tried", "binary", binary(good), place={"tried": [6, bytes(32).hex()]})
case("the same again", "binary", binary(good), place={"tried": [7, sha256(enc(good)).hex()]}, repeated=True)
case("the same command again, whose version has gone", "binary", binary(command(), None),
     place={"tried": [8, sha256(enc(command())).hex()], "there": None}, repeated=True)
case("at the floor", "binary", binary(good), place={"floor": 7})
case("fills the slot", "binary", binary(good), place={"slot_bytes": len(SCRIPT)})
case("within what the key may grant", "binary", binary(good, key=keys["few-rights"]))
case("id within the scope's prefix", "binary", binary(manifest(k2="light-1"), key=keys["lights-only"]), place={"id": "light-1"})
case("id named by the scope", "binary", binary(manifest(k2="lamp"), key=keys["lights-only"]), place={"id": "lamp"})
key_8 = Key(9)
key_8.id = b"8 bytes."
keys["long-id"] = key_8
case("key id of 8 bytes", "binary", binary(good, key=key_8))


def of_length(length):
    """A manifest of exactly so many bytes, by names of devices."""
    limits = {key: 100_000 for key in range(1, 7)}
    for one in range(1, 33):
        for two in range(1, 33):
            fields = manifest(k10={1: {"m" * 32: 1, "n" * 32: 1, "o" * 32: 1, "p" * one: 1, "q" * two: 1}}, k11=limits)
            if len(enc(fields)) == length:
                return fields
    raise ValueError(length)


full = of_length(256)
case("manifest of 256 bytes", "binary", binary(full))
case("manifest of 256 bytes, text form", "text", text(full))

# --- 11xx: COSE_Sign1 ------------------------------------------------------------------------------------------------

whole = sign1(good)
body = enc(good)
protected = protected_of(operator)
signature = signature_of(good)

for length in (0, 1, 2, 3, 10, 15, 16, 18, 100, len(whole) - 65, len(whole) - 1):
    case(f"COSE_Sign1 cut to {length} bytes", "sign1", whole[:length], 1101)
for at in heads(whole)[0]:
    for steps in (1, 4):
        case(f"COSE_Sign1: long-form head at {at}, step {steps}", "sign1", longer(whole, at, steps), 1102, value=at)
inner_at = whole.index(protected)
for at in heads(protected)[0]:
    case(f"COSE_Sign1: long-form head in the protected header at {at}", "sign1", sign1(good, protected=longer(protected, at)), 1102, value=at + inner_at)
for at in heads(whole)[0]:
    if whole[at] >> 5 in (2, 4, 5):
        case(f"COSE_Sign1: indefinite item at {at}", "sign1", indefinite(whole, at), 1103, value=at)
case("COSE_Sign1: indefinite protected map", "sign1", sign1(good, protected=indefinite(protected, 0)), 1103, value=inner_at)
case("COSE_Sign1: a break for the signature", "sign1", whole[:-66] + b"\xff", 1103)
case("COSE_Sign1: reserved head", "sign1", b"\xdc" + whole[1:], 1104, value=0)
case("COSE_Sign1: reserved head in the protected header", "sign1", sign1(good, protected=b"\xa2\x1c" + protected[2:]), 1104)
case("COSE_Sign1: text for the payload", "sign1", whole.replace(b"\x58" + bytes([len(body)]) + body, b"\x78" + bytes([len(body)]) + body), 1105)
case("COSE_Sign1: array for the unprotected header", "sign1", whole.replace(protected + b"\xa0", protected + b"\x80"), 1105)
case("COSE_Sign1: text for the signature", "sign1", whole[:-66] + b"\x78" + whole[-65:], 1105)
case("COSE_Sign1: map for the protected header", "sign1", whole[:2] + protected + whole[3 + len(protected):], 1105)
case("COSE_Sign1: empty protected header", "sign1", sign1(good, protected=b""), 1105)
case("COSE_Sign1: alg as text", "sign1", sign1(good, protected=enc({1: "EdDSA", 4: operator.id})), 1105)
case("COSE_Sign1: kid as text", "sign1", sign1(good, protected=enc({1: -19, 4: "kid1"})), 1105)
case("COSE_Sign1: float in place of alg", "sign1", sign1(good, protected=map_of([(b"\x01", b"\xf9\x00\x00"), (b"\x04", enc(operator.id))])), 1105)
case("COSE_Sign1: protected map is cut", "sign1", sign1(good, protected=protected[:-1]), 1105)
case("COSE_Sign1: alg twice", "sign1", sign1(good, protected=map_of([(b"\x01", b"\x32"), (b"\x01", b"\x32"), (b"\x04", enc(operator.id))])), 1106)
case("COSE_Sign1: kid twice", "sign1", sign1(good, protected=map_of([(b"\x01", b"\x32"), (b"\x04", enc(operator.id)), (b"\x04", enc(operator.id))])), 1106)
case("COSE_Sign1: kid before alg", "sign1", sign1(good, protected=map_of([(b"\x04", enc(operator.id)), (b"\x01", b"\x32")])), 1107)
case("COSE_Sign1: tag beyond 32 bits", "sign1", b"\xdb\x00\x00\x00\x01\x00\x00\x00\x12" + whole[1:], 1108, value=0)
case("COSE_Sign1: alg beyond 32 bits", "sign1", sign1(good, protected=enc({1: -(1 << 40), 4: operator.id})), 1108)
case("COSE_Sign1 without tag", "sign1", whole[1:], 1110)
case("COSE_Sign1 without tag, binary form", "binary", whole[1:] + enc(SCRIPT), 1110)
case("COSE_Sign1 without tag, text form", "text", text_line(whole[1:], SCRIPT) + SCRIPT, 1110)
for tag in (17, 98, 61, 55799):
    case(f"tag {tag}", "sign1", enc(cbor2.CBORTag(tag, [protected, {}, body, signature])), 1111, value=tag)
case("tag 18 twice", "sign1", b"\xd2" + whole, 1105)
case("array of three", "sign1", enc(cbor2.CBORTag(18, [protected, {}, body])), 1112, value=3)
case("array of five", "sign1", enc(cbor2.CBORTag(18, [protected, {}, body, signature, None])), 1112, value=5)
case("no alg", "sign1", sign1(good, protected=enc({4: operator.id})), 1113)
for alg in (-7, -35, -36, -37, -53, -257, 5, 0, -1, -48):
    case(f"alg {alg}", "sign1", sign1(good, alg=alg), 1114, value=alg & 0xffffffff)
case("no kid", "sign1", sign1(good, protected=enc({1: -19})), 1115)
case("kid of no bytes", "sign1", sign1(good, protected=enc({1: -19, 4: b""})), 1116, value=0)
case("kid of nine bytes", "sign1", sign1(good, protected=enc({1: -19, 4: bytes(9)})), 1116, value=9)
case("crit", "sign1", sign1(good, protected=enc({1: -19, 2: [1], 4: operator.id})), 1117)
case("content type label", "sign1", sign1(good, protected=enc({1: -19, 3: 0, 4: operator.id})), 1118)
case("label 5", "sign1", sign1(good, protected=enc({1: -19, 4: operator.id, 5: b"iv"})), 1118)
case("label -1", "sign1", sign1(good, protected=map_of([(b"\x01", b"\x32"), (b"\x04", enc(operator.id)), (b"\x20", b"\x00")])), 1118)
case("label of text", "sign1", sign1(good, protected=map_of([(b"\x01", b"\x32"), (b"\x04", enc(operator.id)), (b"\x61x", b"\x00")])), 1118)
case("kid in the unprotected header", "sign1", enc(cbor2.CBORTag(18, [protected, {4: operator.id}, body, signature])), 1119, value=1)
case("nil payload", "sign1", enc(cbor2.CBORTag(18, [protected, {}, None, signature])), 1120)
case("empty payload", "sign1", sign1(b""), 1121, value=0)
over = of_length(257)
case("manifest of 257 bytes", "sign1", sign1(over), 1121, value=257)
case("manifest of 257 bytes, binary form", "binary", binary(over), 1121, value=257)
for length in (0, 63, 65, 114):
    case(f"signature of {length} bytes", "sign1", sign1(good, signature=bytes(length)), 1122, value=length)
case("a byte after the COSE_Sign1", "sign1", whole + b"\x00", 1123, value=len(whole))
case("a byte after the protected map", "sign1", sign1(good, protected=protected + b"\x00"), 1123)
case("a byte after the COSE_Sign1, in the text header", "text", text_line(whole + b"\x00", SCRIPT) + SCRIPT, 1123, value=len(whole))
case("protected header of 65 bytes", "sign1", sign1(good, protected=enc({1: -19, 4: bytes(59)})), 1124, value=65)

# --- 12xx: manifest --------------------------------------------------------------------------------------------------


def refused(name, fields, number, form="binary", payload=SCRIPT, **more):
    container = {"binary": binary, "text": text}[form](fields, payload)
    case(name, form, container, number, **more)


rich = manifest(k4="samr21-xpro", k10={**RIGHTS, 5: True, 6: [1 << 15, -17, 0]}, k11={1: 2560})
rich_bytes = enc(rich)
assert len(rich_bytes) <= 240
for length in (1, 2, 5, 20, 60, len(rich_bytes) - 1):
    refused(f"manifest cut to {length} bytes", rich_bytes[:length], 1201)
for at in heads(rich_bytes)[0]:
    if rich_bytes[at] >> 5 != 7:
        refused(f"manifest: long-form head at {at}", longer(rich_bytes, at), 1202, value=at)
for at in heads(rich_bytes)[0]:
    if rich_bytes[at] >> 5 in (2, 3, 4, 5):
        refused(f"manifest: indefinite item at {at}", indefinite(rich_bytes, at), 1203, value=at)
for value, head in ((23, b"\x18\x17"), (255, b"\x19\x00\xff"), (65535, b"\x1a\x00\x00\xff\xff"), (4294967294, b"\x1b\x00\x00\x00\x00\xff\xff\xff\xfe")):
    refused(f"manifest: sequence {value} in the next longer form", map_of([(k, head if k == b"\x03" else v) for k, v in pairs_of(good)]), 1202)
    case(f"sequence {value} in its shortest form", "binary", binary(manifest(k3=value)))
for value in (24, 256, 65536):
    case(f"sequence {value} in its shortest form", "binary", binary(manifest(k3=value)))
refused("manifest: a break", b"\xff", 1203)
refused("manifest: reserved head", b"\xbc" + enc(good)[1:], 1204, value=0)
refused("manifest: indefinite integer", map_of([(b"\x00", b"\x1f")]), 1204)
refused("manifest is an array", enc([1, 2]), 1205)
refused("manifest is an integer", enc(1), 1205)
refused("manifest: sequence is a float", map_of([(k, b"\xf9\x47\x00" if k == b"\x03" else v) for k, v in pairs_of(good)]), 1205)
refused("manifest: target is nil", manifest(k4=None), 1205)
refused("manifest: target is false", manifest(k4=False), 1205)
refused("manifest: target is a number", manifest(k4=1), 1205)
refused("manifest: target is undefined", map_of([(k, b"\xf7" if k == b"\x04" else v) for k, v in pairs_of(good)]), 1205)
refused("manifest: id is bytes", manifest(k2=b"alarm"), 1205)
refused("manifest: sequence is negative", manifest(k3=-1), 1205)
refused("manifest: a key is text", map_of(pairs_of(good) + [(enc("x"), b"\x00")]), 1205)
refused("manifest: a key is negative", map_of(pairs_of(good) + [(b"\x20", b"\x00")]), 1205)
refused("manifest: a tag around a value", map_of([(k, b"\xc1" + v if k == b"\x03" else v) for k, v in pairs_of(good)]), 1205)
refused("manifest: reboot is false", manifest(k10={5: False}), 1205)
refused("manifest: reboot is 1", manifest(k10={5: 1}), 1205)
refused("manifest: host is a number", manifest(k10={4: [[0, 1, 0, 2, "coap"]]}), 1205)
for index in (0, 3, 7):
    twice = pairs_of(good)
    twice.insert(index, twice[index])
    refused(f"manifest: key {twice[index][0][0]} twice", map_of(twice), 1206)
refused("manifest: a device twice", map_of([(k, map_of([(b"\x01", map_of([(enc("led"), b"\x01"), (enc("led"), b"\x02")]))]) if k == b"\x0a" else v) for k, v in pairs_of(good)]), 1206)
refused("manifest: a permission twice", map_of([(k, map_of([(b"\x05", b"\xf5"), (b"\x05", b"\xf5")]) if k == b"\x0a" else v) for k, v in pairs_of(good)]), 1206)
refused("manifest: a limit twice", map_of(pairs_of(manifest(drop=[12, 13])) + [(b"\x0b", b"\xa2\x01\x01\x01\x02")] + [(b"\x0c", b"\x00"), (b"\x0d", b"\x01")]), 1206)
swapped = pairs_of(good)
swapped[2], swapped[3] = swapped[3], swapped[2]
refused("manifest: keys 2 and 3 swapped", map_of(swapped), 1207)
refused("manifest: devices in dictionary order instead of shortest first", map_of([(k, map_of([(b"\x01", map_of([(enc("brightness"), b"\x01"), (enc("led"), b"\x02")]))]) if k == b"\x0a" else v) for k, v in pairs_of(good)]), 1207)
refused("manifest: devices of one length swapped", map_of([(k, map_of([(b"\x01", map_of([(enc("b"), b"\x01"), (enc("a"), b"\x02")]))]) if k == b"\x0a" else v) for k, v in pairs_of(good)]), 1207)
refused("manifest: sequence beyond 32 bits", manifest(k3=1 << 32), 1208)
refused("manifest: length beyond 32 bits", manifest(k5=1 << 40), 1208)
refused("manifest: range beyond 31 bits", manifest(k10={1: {"led": [2, 0, 0, 1 << 31]}}), 1208)
refused("manifest: range below -2^31", manifest(k10={1: {"led": [2, 0, -(1 << 31) - 1, 0]}}), 1208)
refused("manifest: key 16", manifest(k16=0), 1210)
refused("manifest: key 100", manifest(k100=0), 1210)
refused("manifest: permission 8", manifest(k10={8: True}), 1210)
refused("manifest: permission 0", manifest(k10={0: True}), 1210)
refused("manifest: limit 7", manifest(k11={7: 1}), 1210)
for key in (0, 1, 2, 3, 4, 5, 6, 12, 13):
    refused(f"manifest without key {key}", manifest(drop=[key]), 1211, value=key)
refused("empty manifest", {}, 1211, value=0)
refused("encoding without transmitted length", manifest(k7=1), 1211, value=8)
refused("parameters without base", manifest(parameters, drop=[10], k1=3), 1211, payload=parameters, value=14)
case("command without base", "binary", binary({k: v for k, v in command().items() if k != 14}, None), 1211, value=14)
case("command without command", "binary", binary({k: v for k, v in command().items() if k != 15}, None), 1211, value=15)
case("trust without payload", "binary", binary({k: v for k, v in trust_fields.items() if k not in (5, 6)}, None), 1211, value=5)
refused("transmitted length without encoding", manifest(k8=5), 1212, value=8)
refused("script with base", manifest(k14=1), 1212, value=14)
refused("script with command", manifest(k15=1), 1212, value=15)
refused("parameters with permissions", manifest(parameters, k1=3, k14=7), 1212, payload=parameters, value=10)
case("command with payload length", "binary", binary(command(k5=1), None), 1212, value=5)
case("command with permissions", "binary", binary(command(k10=RIGHTS), None), 1212, value=10)
case("command with policy", "binary", binary(command(k12=0, k13=1), None), 1212, value=12)
case("trust with policy", "binary", binary({**trust_fields, 12: 0, 13: 1}, trust), 1212, value=12)
for name, changes in {
    "sequence 0": {"k3": 0}, "sequence 2^32-1": {"k3": 0xffffffff}, "length 0": {"k5": 0}, "hash of 31 bytes": {"k6": bytes(31)},
    "hash of 33 bytes": {"k6": bytes(33)}, "encoding 0": {"k7": 0, "k8": 5}, "encoding 3": {"k7": 3, "k8": 5},
    "transmitted length 0": {"k7": 1, "k8": 0}, "no device id": {"k4": b""}, "device id of 17 bytes": {"k4": bytes(17)},
    "empty class": {"k4": ""}, "class of 17 bytes": {"k4": "c" * 17}, "policy 3": {"k12": 3}, "probation 0": {"k13": 0},
    "probation 604801": {"k13": 604801}, "empty permissions": {"k10": {}}, "empty limits": {"k11": {}}, "limit 0": {"k11": {1: 0}},
    "no devices": {"k10": {1: {}}}, "no paths": {"k10": {2: []}}, "no secured paths": {"k10": {3: []}}, "no peers": {"k10": {4: []}},
    "device without name": {"k10": {1: {"": 1}}}, "device name of 33 bytes": {"k10": {1: {"d" * 33: 1}}}, "no rights": {"k10": {1: {"led": 0}}},
    "rights 4": {"k10": {1: {"led": 4}}}, "rule of one": {"k10": {1: {"led": [1]}}}, "rule of three": {"k10": {1: {"led": [1, 2, 3]}}},
    "rule of six": {"k10": {1: {"led": [1, 2, 3, 4, 5, 6]}}}, "rate 0 alone": {"k10": {1: {"led": [1, 0]}}},
    "range turned round": {"k10": {1: {"led": [2, 0, 5, 4]}}}, "exponent 0": {"k10": {1: {"led": [2, 0, 4, 5, 0]}}},
    "exponent 10": {"k10": {1: {"led": [2, 0, 4, 5, 10]}}}, "exponent -10": {"k10": {1: {"led": [2, 0, 4, 5, -10]}}},
    "empty path": {"k10": {2: [""]}}, "path of 65 bytes": {"k10": {2: ["p" * 65]}}, "peer of four": {"k10": {4: [[0, bytes(4), 0, 2]]}},
    "scheme 2": {"k10": {4: [[2, bytes(4), 0, 2, ""]]}}, "address of 5 bytes": {"k10": {4: [[0, bytes(5), 0, 2, ""]]}},
    "empty host": {"k10": {4: [[0, "", 0, 2, ""]]}}, "host of 64 bytes": {"k10": {4: [[0, "h" * 64, 0, 2, ""]]}},
    "port 65536": {"k10": {4: [[0, bytes(4), 65536, 2, ""]]}}, "the scheme's own port written out": {"k10": {4: [[0, bytes(4), 5683, 2, ""]]}},
    "no methods": {"k10": {4: [[0, bytes(4), 0, 0, ""]]}}, "methods 16": {"k10": {4: [[0, bytes(4), 0, 16, ""]]}},
    "prefix of 65 bytes": {"k10": {4: [[0, bytes(4), 0, 2, "p" * 65]]}}, "radio of two": {"k10": {6: [1, 1]}},
    "channel 27": {"k10": {6: [1 << 27, 0, 0]}}, "no channel": {"k10": {6: [0, 0, 0]}}, "power 128": {"k10": {6: [1, 128, 0]}},
    "power -129": {"k10": {6: [1, -129, 0]}}, "scan 2": {"k10": {6: [1, 0, 2]}},
}.items():
    refused(f"manifest: {name}", manifest(**changes), 1213)
case("command 0", "binary", binary(command(k15=0), None), 1213)
case("command 5", "binary", binary(command(k15=5), None), 1213)
case("base 0", "binary", binary(command(k14=0), None), 1213)
refused("composition with policy script", manifest(composition, k1=2, k12=1), 1213, payload=composition)
for version in (0, 2, 255):
    refused(f"format version {version}", manifest(k0=version), 1214, value=version)
for kind in (0, 6, 255):
    refused(f"kind {kind}", manifest(k1=kind), 1215, value=kind)
for bad in ("", "Alarm", "al_arm", "al/arm", "alarm ", "a" * 17, "..", "ümlaut"):
    refused(f"id {bad!r}", manifest(k2=bad), 1216)
refused("a script called trust", manifest(k2="trust"), 1216)
case("trust under another id", "binary", binary({**trust_fields, 2: "alarm"}, trust), 1216)
refused("chunk digests for one chunk", manifest(k9=digests(SCRIPT)), 1217, value=8)
refused("empty chunk digests", manifest(k9=b""), 1217, value=0)
refused("no chunk digests for three chunks", manifest(LONG_SCRIPT, drop=[9]), 1217, payload=LONG_SCRIPT, value=0)
refused("a chunk digest too few", manifest(LONG_SCRIPT, k9=digests(LONG_SCRIPT)[:-8]), 1217, payload=LONG_SCRIPT, value=16)
refused("a chunk digest too many", manifest(LONG_SCRIPT, k9=digests(LONG_SCRIPT) + bytes(8)), 1217, payload=LONG_SCRIPT, value=32)
refused("chunk digests a byte short", manifest(LONG_SCRIPT, k9=digests(LONG_SCRIPT)[:-1]), 1217, payload=LONG_SCRIPT, value=23)
refused("deflated without chunk digests", manifest(LONG_SCRIPT, k7=1, k8=len(squeezed), drop=[9]), 1217, payload=squeezed)
for name, changes in {
    "class with a newline": {"k4": "a\nb"}, "class that is not ASCII": {"k4": "ü"}, "device name with NUL": {"k10": {1: {"a\0": 1}}},
    "device name with DEL": {"k10": {1: {"a\x7f": 1}}}, "path with a leading slash": {"k10": {2: ["/alarm"]}},
    "path with a trailing slash": {"k10": {2: ["alarm/"]}}, "path with an empty segment": {"k10": {3: ["a//b"]}},
    "path ..": {"k10": {2: [".."]}}, "path a/./b": {"k10": {2: ["a/./b"]}}, "path that is not ASCII": {"k10": {2: ["ä"]}},
    "prefix with a leading slash": {"k10": {4: [[0, bytes(4), 0, 2, "/a"]]}}, "host in upper case": {"k10": {4: [[0, "Cloud", 0, 2, ""]]}},
    "host with a colon": {"k10": {4: [[0, "::1", 0, 2, ""]]}},
}.items():
    refused(f"manifest: {name}", manifest(**changes), 1218)
refused("a byte after the manifest", enc(good) + b"\x00", 1219, value=len(enc(good)))

# --- 13xx: forms -----------------------------------------------------------------------------------------------------

line = text_line(whole, SCRIPT)
case("text: byte order mark", "text", b"\xef\xbb\xbf" + line + SCRIPT, 1301)
case("text: UTF-16 byte order mark", "text", b"\xff\xfe" + line + SCRIPT, 1301)
for name, blank in {"blank": b" ", "tab": b"\t", "CR": b"\r", "LF": b"\n", "CR LF": b"\r\n"}.items():
    case(f"text: {name} before the header", "text", blank + line + SCRIPT, 1302)
case("text: shebang before the header", "text", b"#!/usr/bin/env js\n" + line + SCRIPT, 1303)
case("text: no header", "text", SCRIPT, 1304, value=0)
case("text: header of version 2", "text", line.replace(b"motebox1", b"motebox2") + SCRIPT, 1304, value=9)
case("text: blank in the header", "text", line.replace(b"/*motebox", b"/* motebox") + SCRIPT, 1304, value=2)
case("text: binary form sent as text", "text", binary(good), 1304, value=0)
case("text: line comment", "text", b"//motebox1" + line[10:] + SCRIPT, 1304, value=1)
case("text: base64 with +", "text", line[:20] + b"+" + line[21:] + SCRIPT, 1305, value=20)
case("text: base64 with padding", "text", line.replace(b" " + sha256(SCRIPT).hex().encode(), b"= " + sha256(SCRIPT).hex().encode()) + SCRIPT, 1305)
case("text: base64 broken over two lines", "text", line[:100] + b"\n" + line[100:] + SCRIPT, 1305, value=100)
space = line.index(b" ", 11)
whole_odd = whole if len(whole) % 3 else sign1(manifest(k13=300))
line_odd = text_line(whole_odd, SCRIPT)
assert len(whole_odd) % 3
alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
space_odd = line_odd.index(b" ", 11)
last = alphabet.index(chr(line_odd[space_odd - 1]))
case("text: base64 with spare bits set", "text", line_odd[:space_odd - 1] + alphabet[last | 1].encode() + line_odd[space_odd:] + SCRIPT, 1306, value=space_odd)
lone = 1 + (4 - (space_odd - 11) % 4) % 4
case("text: base64 of no whole length", "text", line_odd[:space_odd] + b"A" * lone + line_odd[space_odd:] + SCRIPT, 1306, value=space_odd + lone)
case("text: header of 343 bytes", "text", text_line(bytes(343), SCRIPT) + SCRIPT, 1307)
case("text: endless base64", "text", b"/*motebox1 " + b"A" * 5000, 1307)
case("text: hash in upper case", "text", line[:space + 1] + line[space + 1:space + 65].upper() + line[space + 65:] + SCRIPT, 1308)
case("text: hash of 63 digits", "text", line[:space + 64] + line[space + 65:] + SCRIPT, 1308, value=space + 64)
case("text: two blanks before the hash", "text", line[:space] + b" " + line[space:] + SCRIPT, 1308, value=space + 1)
case("text: hash of 65 digits", "text", line[:space + 65] + b"0" + line[space + 65:] + SCRIPT, 1309, value=space + 65)
case("text: blank before the end of the comment", "text", text_line(whole, SCRIPT, b" */\n") + SCRIPT, 1309)
case("text: no newline after the header", "text", text_line(whole, SCRIPT, b"*/") + SCRIPT, 1309)
case("text: blank after the header", "text", text_line(whole, SCRIPT, b"*/ \n") + SCRIPT, 1309)
case("text: line endings changed", "text", (line + SCRIPT).replace(b"\n", b"\r\n"), 1310, value=len(line) - 1)
case("text: header ends with CR", "text", text_line(whole, SCRIPT, b"*/\r") + SCRIPT, 1310)
case("text: hash of another payload", "text", text_line(whole, b"other") + SCRIPT, 1311)
case("text: a composition", "text", text(manifest(composition, k1=2), composition), 1312, value=2)
case("text: a command", "text", text_line(sign1(command()), b""), 1312, value=4)
case("text: a deflated script", "text", text(manifest(LONG_SCRIPT, **coded), LONG_SCRIPT), 1312, value=1)
nested = line + SCRIPT
case("a second header, text form", "text", text(manifest(nested), nested), 1313)
case("a second header, binary form", "binary", binary(manifest(nested), nested), 1313)
case("binary: text for the payload", "binary", whole + enc(SCRIPT.decode()), 1320, value=len(whole))
case("binary: payload without head", "binary", whole + SCRIPT, 1320)
case("binary: long-form head of the payload", "binary", whole + longer(enc(SCRIPT), 0), 1320)
case("binary: indefinite payload", "binary", whole + b"\x5f" + enc(SCRIPT) + b"\xff", 1320)
case("binary: nil payload", "binary", whole + b"\xf6", 1320)
case("binary: text form sent as binary", "binary", line + SCRIPT, 1110)
case("binary: head says a byte less", "binary", whole + enc(SCRIPT[:-1]), 1321, value=len(SCRIPT) - 1)
case("binary: head says a byte more", "binary", whole + enc(SCRIPT + b"\n"), 1321, value=len(SCRIPT) + 1)
case("binary: a byte after a command", "binary", binary(command(), None) + b"\x00", 1322, place={"there": 7})
case("binary: a payload after a command", "binary", binary(command(), b""), 1322, place={"there": 7})
case("binary: ends in the COSE_Sign1", "binary", whole[:-1], 1323, value=len(whole))
case("binary: ends before the payload's head", "binary", whole, 1323, value=len(whole) + 1)
case("binary: nothing", "binary", b"", 1323, value=1)
case("text: nothing", "text", b"", 1323, value=1)
case("text: ends in the header", "text", line[:-1], 1323, value=len(line))

# --- 14xx: order of checks -------------------------------------------------------------------------------------------

case("another id than the path's", "binary", binary(good), 1401, place={"id": "other"})
case("a kind that is not taken here", "binary", binary(good), 1402, place={"kinds": 2}, value=1)
case("deflate where it cannot be undone", "binary", binary(manifest(LONG_SCRIPT, **coded), squeezed), 1403, value=1)
case("deflate with dictionary where only deflate is known", "binary", binary(manifest(LONG_SCRIPT, **{**coded, "k7": 2}), squeezed), 1403,
     place={"deflate": True}, value=2)
case("for another device", "binary", binary(manifest(k4=b"mote-2")), 1404)
case("for another class", "binary", binary(manifest(k4="samr30-xpro")), 1404)
case("the class's name as device id", "binary", binary(manifest(k4=b"samr21-xpro")), 1404)
case("a prefix of the device id", "binary", binary(manifest(k4=b"mote-")), 1404)
case("signed by a stranger", "binary", binary(good, key=stranger), 1405)
case("a prefix of a key id", "binary", binary(good, protected=enc({1: -19, 4: operator.id[:3]})), 1405)
case("id out of scope", "binary", binary(good, key=keys["lights-only"]), 1406)
case("id that only begins like one in scope", "binary", binary(manifest(k2="lamp-1"), key=keys["lights-only"]), 1406, place={"id": "lamp-1"})
case("kind out of scope", "binary", binary(manifest(composition, k1=2), composition, key=keys["scripts-only"]), 1407, value=2)
case("trust without root scope", "binary", binary(trust_fields, trust, key=keys["scripts-only"]), 1407, place={"id": "trust"}, value=5)
few = keys["few-rights"]
for name, rights, number in [
    ("a device that is not granted", {1: {"led": 1}}, 1),
    ("writing where reading is granted", {1: {"sound": 3}}, 1),
    ("a wider range than granted", {1: {"buzzer": [3, 0, 0, 31]}}, 1),
    ("a range that is wider after scaling", {1: {"buzzer": [2, 0, 0, 4, 1]}}, 1),
    ("writing without range where one is granted", {1: {"buzzer": 2}}, 1),
    ("a path that is not granted", {2: ["alarm", "other"]}, 2),
    ("a secured path that is not granted", {3: ["other"]}, 3),
    ("a path below the one granted", {2: ["alarm/x"]}, 2),
    ("a peer that is not granted", {4: [[0, bytes(16), 0, 2, "coap"]]}, 4),
    ("another method than granted", {4: [[0, bytes.fromhex("20010db8000000000000000000000001"), 0, 3, "coap"]]}, 4),
    ("another port than granted", {4: [[0, bytes.fromhex("20010db8000000000000000000000001"), 1, 2, "coap"]]}, 4),
    ("another scheme than granted", {4: [[1, bytes.fromhex("20010db8000000000000000000000001"), 0, 2, "coap"]]}, 4),
    ("a shorter prefix than granted", {4: [[0, bytes.fromhex("20010db8000000000000000000000001"), 0, 2, ""]]}, 4),
    ("a prefix that only begins like the one granted", {4: [[0, bytes.fromhex("20010db8000000000000000000000001"), 0, 2, "coapx"]]}, 4),
    ("reboot that is not granted", {5: True}, 5),
    ("radio that is not granted", {6: [1 << 11, 0, 0]}, 6),
    ("data that is not granted", {7: True}, 7),
]:
    case(f"asks for {name}", "binary", binary(manifest(k10=rights), key=few), 1408, value=number)
case("asks for less in every way", "binary", binary(manifest(k10={
    1: {"buzzer": [2, 60, 0, 2, 1]}, 3: ["alarm"],
    4: [[0, bytes.fromhex("20010db8000000000000000000000001"), 0, 2, "coap/in"]]}), key=few))
case("asks for an open path where a secured one is granted", "binary", binary(manifest(k10={2: ["alarm"]}), key=keys["secured-only"]), 1408, value=2)
case("asks for the secured path that is granted", "binary", binary(manifest(k10={3: ["alarm"]}), key=keys["secured-only"]))
case("asks for anything where nothing is granted", "binary", binary(good, key=keys["no-rights"]), 1408, value=1)
case("a byte longer than the slot", "binary", binary(good), 1409, place={"slot_bytes": len(SCRIPT) - 1}, value=len(SCRIPT))
case("inflates to more than the slot", "binary", binary(manifest(LONG_SCRIPT, **coded), squeezed), 1409,
     place={"deflate": True, "slot_bytes": 1024}, value=len(LONG_SCRIPT))
case("command about another version", "binary", binary(command(), None), 1410, place={"there": 6}, value=7)
case("command where nothing is", "binary", binary(command(), None), 1410, value=7)
case("parameters for another version", "binary", binary(manifest(parameters, drop=[10], k1=3, k3=8, k14=6), parameters), 1410, place={"there": 7}, value=6)
case("stale by one", "binary", binary(good), 1411, place={"tried": [8, bytes(32).hex()]}, value=7)
case("stale, though the same manifest", "binary", binary(good), 1411, place={"tried": [9, sha256(enc(good)).hex()]}, value=7)
case("the same sequence, another manifest", "binary", binary(good), 1412, place={"tried": [7, bytes(32).hex()]}, value=7)
case("below the floor", "binary", binary(good), 1413, place={"floor": 8}, value=7)
case("below the floor, though the same again", "binary", binary(good), 1413, place={"floor": 8, "tried": [7, sha256(enc(good)).hex()]}, value=7)
case("order: id before target", "binary", binary(manifest(k4=b"mote-2")), 1401, place={"id": "other"})
case("order: target before key", "binary", binary(manifest(k4=b"mote-2"), key=stranger), 1404)
case("order: key before length", "binary", binary(good, key=stranger), 1405, place={"slot_bytes": 1})
case("order: length before sequence", "binary", binary(good), 1409, place={"slot_bytes": 1, "tried": [8, bytes(32).hex()]})
case("order: sequence before signature", "binary", binary(good, signature=bytes(64)), 1411, place={"tried": [8, bytes(32).hex()]})

# --- 15xx: guard and signature ---------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign and x else x


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def multiply(k, point):
    result = (0, 1)
    while k:
        if k & 1:
            result = add(result, point)
        point = add(point, point)
        k >>= 1
    return result


def point_bytes(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def hash_mod(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


BASE = (x_of(4 * pow(5, -1, P) % P, 0), 4 * pow(5, -1, P) % P)
y = 3
while True:
    if x_of(y, 0) is not None:
        torsion = multiply(L, (x_of(y, 0), y))
        if multiply(4, torsion) != (0, 1):
            break
    y += 1
eight = [multiply(k, torsion) for k in range(8)]
assert len(set(eight)) == 8

s_of = int.from_bytes(signature[32:], "little")
r_bytes = signature[:32]
tbs = to_be_signed(protected, body, PRODUCTION)
case("S + L", "binary", binary(good, signature=r_bytes + (s_of + L).to_bytes(32, "little")), 1501)
case("S = L", "binary", binary(good, signature=r_bytes + L.to_bytes(32, "little")), 1501)
case("S = 2^256 - 1", "binary", binary(good, signature=r_bytes + b"\xff" * 32), 1501)

small_keys = []
for order_index, point in enumerate(eight):
    encodings = [point_bytes(point)]
    if point[1] < 19:  # y + p fits in 255 bits too
        encodings.append((point[1] + P | (point[0] & 1) << 255).to_bytes(32, "little"))
    if point[0] == 0:  # x = 0 with its sign bit set
        encodings += [bytes([*e[:31], e[31] | 0x80]) for e in list(encodings)]
    small_keys += [(order_index, encoding) for encoding in encodings]
forged_keys = {}
for number, (order_index, encoding) in enumerate(small_keys):
    # R = [S]B - [h]A with h a multiple of 8, so the lax equation holds: a signature without a private key
    key_id = b"f%02d" % number
    head = enc({1: -19, 4: key_id})
    name = f"small-{number}"
    forged_keys[name] = (key_id, encoding)
    s = 1
    while True:
        r = point_bytes(multiply(s, BASE))
        h = hash_mod(r, encoding, to_be_signed(head, body, PRODUCTION))
        if h % 8 == 0:
            break
        s += 1
    assert multiply(h, eight[order_index]) == (0, 1)
    canonical = int.from_bytes(encoding, "little") % (1 << 255) < P
    case(f"forged for small-order key {encoding.hex()}", "binary", binary(good, protected=head, signature=r + s.to_bytes(32, "little")),
         1502 if canonical else 1504)

for number, (order_index, encoding) in enumerate(small_keys):
    canonical = int.from_bytes(encoding, "little") % (1 << 255) < P
    secret = hashlib.sha512(bytes([1]) * 32).digest()
    scalar = int.from_bytes(bytes([secret[0] & 248]) + secret[1:31] + bytes([secret[31] & 63 | 64]), "little")
    # the key's owner signs with nonce 0 and a small-order R: cofactored equations hold
    h = hash_mod(encoding, operator.public, tbs)
    s = h * scalar % L
    difference = add(multiply(s, BASE), multiply(L - h, multiply(scalar, BASE)))
    assert multiply(8, add(difference, multiply(7, eight[order_index]))) == (0, 1)
    case(f"small-order R {encoding.hex()}", "binary", binary(good, signature=encoding + s.to_bytes(32, "little")), 1503 if canonical else 1505)

for offset in range(2, 19):
    if x_of(offset, 0) is not None:
        encoding = (P + offset).to_bytes(32, "little")
        key_id = b"n%02d" % offset
        forged_keys[f"not-canonical-{offset}"] = (key_id, encoding)
        case(f"public key with y = p + {offset}", "binary", binary(good, protected=enc({1: -19, 4: key_id})), 1504)
        case(f"R with y = p + {offset}", "binary", binary(good, signature=encoding + signature[32:]), 1505)

case("all-zero signature", "binary", binary(good, signature=bytes(64)), 1503)
case("production device, development signature", "binary", binary(good, aad=DEVELOPMENT), 1506)
case("development device, production signature", "binary", binary(good), 1506, context="development")
case("empty external_aad", "binary", binary(good, aad=b""), 1506)
case("external_aad of version 2", "binary", binary(good, aad=b"motebox/2"), 1506)
case("signed by another key under this key id", "binary", binary(good, protected=protected, key=stranger), 1506)
case("signature over the bare manifest", "binary", binary(good, signature=operator.sign(body)), 1506)
case("signature of context Signature", "binary", binary(good, signature=operator.sign(enc(["Signature", protected, PRODUCTION, body]))), 1506)
case("another manifest under this signature", "binary", binary(manifest(k3=8), signature=signature), 1506)
case("alg changed after signing", "binary", binary(good, protected=protected_of(operator, -8), signature=signature), 1506)
case("a bit of R changed", "binary", binary(good, signature=bytes([signature[0] ^ 1]) + signature[1:]), 1506)
case("a bit of S changed", "binary", binary(good, signature=signature[:40] + bytes([signature[40] ^ 1]) + signature[41:]), 1506)

# --- 16xx: payload ---------------------------------------------------------------------------------------------------

three = binary(manifest(LONG_SCRIPT), LONG_SCRIPT)
for index, at in ((0, 5), (1, 1500), (2, 2400)):
    where = len(three) - len(LONG_SCRIPT) + at
    case(f"a bit of chunk {index} changed", "binary", three[:where] + bytes([three[where] ^ 4]) + three[where + 1:], 1601, value=index)
false_digest = manifest(LONG_SCRIPT, k9=digests(LONG_SCRIPT)[:16] + bytes(8))
case("a wrong chunk digest in the manifest", "binary", binary(false_digest, LONG_SCRIPT), 1601, value=2)
swapped_chunks = LONG_SCRIPT[1024:2048] + LONG_SCRIPT[:1024] + LONG_SCRIPT[2048:]
case("chunks swapped", "binary", binary(manifest(LONG_SCRIPT), swapped_chunks), 1601, value=0)
case("changed payload of one chunk, binary form", "binary", binary(good, SCRIPT.replace(b"light", b"night")), 1602)
case("changed payload of one chunk, text form", "text", line + SCRIPT.replace(b"light", b"night"), 1602)
case("chunks fit, the whole does not", "binary", binary(manifest(LONG_SCRIPT, k6=bytes(32)), LONG_SCRIPT), 1602)
case("text: a changed newline that keeps the length", "text", line + SCRIPT.replace(b"\n", b"\r"), 1602)
case("binary: a byte after the payload", "binary", binary(good) + b"\x00", 1603)
case("text: a newline more at the end", "text", line + SCRIPT + b"\n", 1603)
case("text: line endings of the payload changed", "text", line + SCRIPT.replace(b"\n", b"\r\n"), 1603)
case("binary: the payload is a byte short", "binary", binary(good)[:-1], 1604, value=len(SCRIPT) - 1)
case("text: final newline taken away", "text", line + SCRIPT[:-1], 1604, value=len(SCRIPT) - 1)
case("text: header only", "text", line, 1604, value=0)

# --- out -------------------------------------------------------------------------------------------------------------

names = [entry["name"] for entry in cases]
assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)
records = [
    {"name": name, "key_id": key.id.hex(), "public_key": key.public.hex(), "ids": key.ids, "kinds": key.kinds,
     "grants": True if key.grants is True else enc(key.grants).hex()}
    for name, key in keys.items()
] + [
    {"name": name, "key_id": key_id.hex(), "public_key": public.hex(), "ids": "*", "kinds": 31, "grants": True}
    for name, (key_id, public) in forged_keys.items()
]
out = {"spec": "docs/spec/container.md", "keys": records, "place": PLACE, "cases": cases}
path = pathlib.Path(__file__).with_name("container.json")
with path.open("w") as file:
    file.write("{\n")
    file.write(f'"spec": {json.dumps(out["spec"])},\n"place": {json.dumps(PLACE)},\n"keys": [\n')
    file.write(",\n".join(json.dumps(record) for record in records))
    file.write('\n],\n"cases": [\n')
    file.write(",\n".join(json.dumps(entry) for entry in cases))
    file.write("\n]\n}\n")
json.loads(path.read_text())
print(f"{len(cases)} cases, {sum(1 for entry in cases if entry['number'] == 0)} accepted, {len({entry['number'] for entry in cases}) - 1} numbers")
