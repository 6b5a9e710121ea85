#!/usr/bin/env python3
"""Flash images after docs/spec/flash.md, made with nothing but this page and zlib's CRC.

It writes flash.json beside itself:  python3 docs/spec/vectors/make_flash_vectors.py
Each vector: a layout, what was programmed (pieces of [offset, hex], everything else is 0xff) and what a store must see.
"""
import hashlib
import json
import pathlib
import struct
import zlib


def up(value, to):
    return (value + to - 1) // to * to


class Image:
    def __init__(self, write, erase, base=0, ids=4, manifest=128, payload=512, pairs=2):
        self.write, self.erase, self.base = write, erase, base
        self.layout = dict(base=base, write_size=write, erase_size=erase, ids=ids, manifest_max=manifest,
                           payload_max=payload, pairs=pairs)
        self.counters_len = up(up(72 + 32 * ids, write) + 2 * write, erase)
        self.trust_len = up(up(72 + 512, write) + 2 * write, erase)
        self.header_len = up(72 + manifest, erase)
        self.marks_len = up(16 * write, erase)
        self.slot_len = self.header_len + self.marks_len + up(payload, erase)
        self.slots_at = base + 2 * self.counters_len + 2 * self.trust_len
        self.capacity = self.slots_at + 2 * pairs * self.slot_len
        self.bytes = bytearray(b"\xff" * self.capacity)

    def put(self, at, data):
        self.bytes[at:at + len(data)] = data

    def front(self, at, magic, body, name, numbers, digest, crc_flip):
        fixed = magic + struct.pack("<IIII16s", len(body), *numbers, name) + digest
        assert len(fixed) == 68
        self.put(at, fixed + struct.pack("<I", zlib.crc32(fixed + body) ^ crc_flip) + body)

    def record(self, at, length, magic, version, body, seals=2, crc_flip=0):
        self.front(at, magic, body, b"", [version, 0, 0], bytes(32), crc_flip)
        for seal in range(seals):
            self.put(at + length - (2 - seal) * self.write, bytes(self.write))

    def counters(self, copy, version, entries, **how):
        body = b"".join(name.ljust(16, b"\0") + struct.pack("<I", sequence) + tag for name, sequence, tag in entries)
        self.record(self.base + copy * self.counters_len, self.counters_len, b"MBC1", version, body, **how)

    def trust(self, copy, version, body, **how):
        at = self.base + 2 * self.counters_len + copy * self.trust_len
        self.record(at, self.trust_len, b"MBT1", version, body, **how)

    def slot(self, pair, half, container, state, generation, code=0, units=2, part=None, attempts=(), crc_flip=0):
        name, sequence, manifest, payload = container
        at = self.slots_at + (2 * pair + half) * self.slot_len
        self.front(at, b"MBS1", manifest, name, [sequence, len(payload), generation], hashlib.sha256(payload).digest(), crc_flip)
        marks = at + self.header_len
        order = ["receiving", "stored", "trial", "confirmed"]
        made = order[:order.index(state) + 1] if state in order else (["receiving", "stored", "trial"] if state else [])
        for mark in made:
            for unit in range(units if mark == made[-1] and state != "failed" else 2):
                self.put(marks + (2 * order.index(mark) + unit) * self.write, bytes(self.write))
        if state == "failed":
            for unit in range(units):
                self.put(marks + (8 + unit) * self.write, bytes([code]) * self.write)
        for index, kind in enumerate(attempts):
            self.put(marks + (10 + index) * self.write, kind if isinstance(kind, bytes) else bytes([kind]) * self.write)
        self.put(marks + self.marks_len, payload if part is None else payload[:part])

    def vector(self, name, **expect):
        pieces, at = [], 0
        while at < self.capacity:
            if self.bytes[at] == 0xff:
                at += 1
                continue
            end = at
            while end < self.capacity and any(byte != 0xff for byte in self.bytes[end:end + 16]):
                end += 1
            pieces.append([at, bytes(self.bytes[at:end]).hex()])
            at = end
        return dict(name=name, layout=self.layout, capacity=self.capacity, programmed=pieces, expect=expect)


def container(name, sequence, length):
    payload = bytes((index * 13 + sequence) % 251 for index in range(length))
    return name, sequence, b"manifest %d of %s" % (sequence, name), payload


def seen(container, state, **more):
    name, sequence, manifest, payload = container
    return dict(id=name.decode(), sequence=sequence, manifest=manifest.hex(), state=state,
                payload_len=len(payload), sha256=hashlib.sha256(payload).hexdigest(), **more)


A1, A2 = container(b"alarm", 1, 300), container(b"alarm", 2, 333)
LONG = container(b"sixteen-letters-", 0xfffffffe, 512)
TAG1, TAG2 = hashlib.sha256(A1[2]).digest()[:12], hashlib.sha256(A2[2]).digest()[:12]
TRIED1, TRIED2 = [(b"alarm", 1, TAG1)], [(b"alarm", 2, TAG2)]


def tried(sequence, tag):
    return {"alarm": [sequence, tag.hex()]}


def vectors():
    for write, erase in [(64, 256), (2, 1024), (4, 4096), (1, 256)]:
        unit = f"{write}/{erase}: "

        def image(**more):
            return Image(write, erase, **more)

        i = image()
        yield i.vector(unit + "blank", slots={}, tried={}, trust=None)

        i = image(base=erase)
        i.counters(0, 1, TRIED1)
        i.slot(0, 0, A1, "confirmed", 1, attempts=[1])
        yield i.vector(unit + "first install, region not at 0", slots={"0.0": seen(A1, "confirmed", starts=1)},
                       tried=tried(1, TAG1), trust=None)

        i = image()
        i.counters(0, 1, TRIED1)
        i.counters(1, 2, TRIED2)
        i.trust(0, 4, b"older keys")
        i.trust(1, 5, bytes(range(256)) * 2)
        i.slot(0, 0, A1, "confirmed", 1)
        i.slot(0, 1, A2, "trial", 2, attempts=[1, 1, 7])
        i.slot(1, 1, LONG, "stored", 1)
        yield i.vector(unit + "trial beside a confirmed one, second id stored",
                       slots={"0.0": seen(A1, "confirmed", starts=0), "0.1": seen(A2, "trial", starts=2),
                              "1.1": seen(LONG, "stored", starts=0)},
                       tried=tried(2, TAG2), trust=[5, (bytes(range(256)) * 2).hex()])

        i = image()
        i.slot(0, 1, A1, "receiving", 1, part=200)
        yield i.vector(unit + "reception cut after 200 bytes", slots={"0.1": seen(A1, "receiving", offset=192)}, tried={},
                       trust=None)

        i = image()
        i.counters(0, 1, TRIED2)
        i.slot(0, 0, A1, "confirmed", 1)
        i.slot(0, 1, A2, "failed", 2, code=4, units=1, attempts=[1, 1, 1, 1])
        yield i.vector(unit + "failed, cut before the second unit of the mark",
                       slots={"0.0": seen(A1, "confirmed"), "0.1": seen(A2, "failed", reason=4, starts=4)},
                       tried=tried(2, TAG2), trust=None)

        i = image()
        i.counters(0, 7, TRIED2)
        i.counters(1, 6, TRIED1)
        i.slot(0, 0, A2, "confirmed", 9)
        i.slot(0, 1, A1, "confirmed", 8)
        yield i.vector(unit + "both confirmed: the generation decides",
                       slots={"0.0": seen(A2, "confirmed", current=True), "0.1": seen(A1, "confirmed")},
                       tried=tried(2, TAG2), trust=None)

        i = image()
        i.counters(0, 1, TRIED1)
        i.counters(1, 2, TRIED2, seals=0)
        i.trust(0, 1, b"one", seals=1)
        i.slot(0, 0, A1, "confirmed", 1)
        i.slot(0, 1, A2, None, 2)
        i.slot(1, 0, LONG, "confirmed", 1, crc_flip=1)
        yield i.vector(unit + "unsealed record and unmarked header do not count; one seal does; nor a wrong CRC",
                       slots={"0.0": seen(A1, "confirmed")}, tried=tried(1, TAG1), trust=[1, b"one".hex()])

        i = image()
        i.counters(0, 1, TRIED1, crc_flip=4)
        i.counters(1, 2, TRIED2, seals=0)
        yield i.vector(unit + "no copy of the counters counts and none is blank: damaged", slots={}, damaged=True)

    i = Image(4, 4096)
    i.slot(0, 0, A1, "trial", 1, attempts=[1, b"\x00\xff\x01\x01", 7])
    yield i.vector("a torn attempt counts for every kind", slots={"0.0": seen(A1, "trial", starts=2)}, tried={}, trust=None)

    i = Image(4, 4096)
    i.counters(0, 1, [(b"a", 3, TAG1), (b"", 0, bytes(12)), (b"alarm", 2, TAG2)])
    yield i.vector("a free entry among the counters", slots={}, tried=dict(tried(2, TAG2), a=[3, TAG1.hex()]), trust=None)


pathlib.Path(__file__).with_name("flash.json").write_text(json.dumps(list(vectors()), indent=1) + "\n")
