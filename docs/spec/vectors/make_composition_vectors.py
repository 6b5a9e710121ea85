#!/usr/bin/env python3
"""Makes composition.json: vectors for docs/spec/composition.md, messages that are accepted and ones that are refused.

It shares no code with Motebox: CBOR is cbor2's, and what it would not write is written by hand, as hex.

    python3 -m venv venv && venv/bin/pip install 'cbor2>=5.6'
    venv/bin/python docs/spec/vectors/make_composition_vectors.py

The output is deterministic. Every case is { name, message (hex), number }; number 0 is accepted, anything else is the
number of the refusal, and then module and value are those that go with it.
"""

import json
import pathlib

import cbor2

CHANNEL, ABC, BROADCAST, UNICAST, APP, ECHO_APP, POLITE, IPOLITE = range(1, 9)
MULTIHOP, MESH, NETFLOOD, ROUTE_DISCOVERY, ROUTE, RUNICAST, LINK_STATS = range(9, 16)


def channel(number):
    return [CHANNEL, {0: number}]


def message(*stacks, version=1):
    return cbor2.dumps([version, *stacks], canonical=True).hex()


unicast = [None, channel(146), [BROADCAST, {0: 1}], [UNICAST, {0: 2}], APP]
data = [None, channel(132), BROADCAST, UNICAST, [MULTIHOP, {1: 4}], [MESH, {0: 8, 1: 60}], APP]
requests = [4, channel(133), BROADCAST, [POLITE, {0: 2000, 1: 4, 2: 1}], [NETFLOOD, {0: 16}], [ROUTE_DISCOVERY, {0: 10000}]]
replies = [10, channel(134), BROADCAST, UNICAST]

cases = []


def accepted(name, hexes):
    cases.append({"name": name, "message": hexes, "number": 0})


def refused(number, module, value, name, hexes):
    cases.append({"name": name, "message": hexes, "number": number, "module": module, "value": value})


def but(stack, at, module):
    """The stack with its module `at` (the channel is 0) exchanged."""
    return [*stack[: at + 1], module, *stack[at + 2 :]]


accepted("ProtoStack's first example: unicast", message(unicast))
accepted("ProtoStack's second example: a mesh of three channels", message(data, requests, replies))
accepted(
    "the mesh with defaults",
    message(
        [None, channel(132), BROADCAST, UNICAST, MULTIHOP, MESH, APP],
        [4, channel(133), BROADCAST, POLITE, NETFLOOD, ROUTE_DISCOVERY],
        replies,
    ),
)
accepted("the smallest: anonymous, default channel", message([None, CHANNEL, APP]))
accepted("stubborn broadcast", message([None, channel(148), [BROADCAST, {}, 1000, 0], APP]))
accepted("stubborn unicast to 2.1, ten times", message([None, channel(147), BROADCAST, [UNICAST, {0: 0x0102}, 1000, 10], APP]))
accepted("a two-byte channel, reliable, watched", message([None, channel(0x1234), BROADCAST, LINK_STATS, UNICAST, [RUNICAST, {0: 4}], APP]))
accepted("every channel number", message([None, channel(0), APP], [None, channel(65535), APP]))
accepted("multihop with a fixed next hop", message([None, channel(135), BROADCAST, UNICAST, MULTIHOP, [ROUTE, {3: 2}], APP]))
accepted("a polite flood", message([None, channel(150), BROADCAST, IPOLITE, NETFLOOD, ECHO_APP]))

whole = message(unicast)
refused(2101, 0, 0, "nothing", "")
refused(2101, 3, 20, "the last byte is missing", whole[:-2])
refused(2101, 2, 19, "cut in a parameter", whole[:-4])
refused(2102, 0, 0, "long form of a length", "9802" + whole[2:])
refused(2102, 0, 1, "long form of the version", "821801" + whole[4:])
refused(2102, 0, 2, "indefinite array", "82019ff60105ff")
refused(2102, 0, 4, "64 bits", "820183f61b000000010000000105")
refused(2102, 0, 4, "an array where the id alone would do", "820183f68201a005")
refused(2103, 0, 0, "a map", "a10102")
refused(2103, 0, 2, "a stack that is none", "820101")
refused(2103, 0, 3, "a parent that is neither null nor a number", "820183f50105")
refused(2103, 0, 4, "a negative id", "820183f62005")
refused(2103, 0, 4, "three elements", "820183f68301a100050005")
refused(2103, 0, 8, "a text for a value", "820183f68201a1006005")
refused(2104, 0, 9, "a parameter twice", "820183f68207a20001000205")
refused(2104, 0, 9, "parameters out of order", "820183f68207a20101000205")
refused(2105, 4, 21, "a byte more", whole + "00")
refused(2106, 0, 2, "version 2", message(unicast, version=2))
refused(2106, 0, 0, "version 0", message(unicast, version=0))
refused(2201, 0, 0, "no stack", message())
refused(2201, 0, 0, "a stack without modules", message([None]))
refused(2201, 4, 0, "a second stack without modules", message(unicast, [None]))
refused(2202, 1, 191, "an unknown module", message(but(unicast, 1, 191)))
refused(2202, 1, 4294967295, "an id beyond all ids", message(but(unicast, 1, 4294967295)))
refused(2203, 3, 0, "a parameter that app has not", message(but(unicast, 3, [APP, {0: 1}])))
refused(2203, 2, 300, "an index beyond all indexes", message(but(unicast, 2, [UNICAST, {0: 1, 300: 1}])))
refused(2204, 0, 65536, "channel 65536", message(but(unicast, 0, channel(65536))))
refused(2204, 2, 65536, "an address beyond 255.255", message(but(unicast, 2, [UNICAST, {0: 65536}])))
refused(2204, 8, 0, "polite with no duplicates (where CRime divided by zero)", message(data, but(requests, 2, [POLITE, {2: 0}]), replies))
refused(2204, 1, 0, "a trigger of 0 ms", message(but(unicast, 1, [BROADCAST, {}, 0, 1])))
refused(2204, 1, 65536, "a trigger of 65536 times", message(but(unicast, 1, [BROADCAST, {}, 1, 65536])))
refused(2205, 0, 0, "no channel", message([None, BROADCAST, UNICAST, APP]))
refused(2205, 11, 0, "no channel in the third stack", message(data, requests, [10, BROADCAST, UNICAST]))
refused(2206, 1, 0, "unicast on a channel", message([None, CHANNEL, UNICAST, APP]))
refused(2206, 2, 0, "a channel in the middle", message([None, CHANNEL, BROADCAST, CHANNEL, APP]))
refused(2206, 4, 0, "an application over multihop without routes", message([None, CHANNEL, BROADCAST, UNICAST, MULTIHOP, APP]))
refused(2207, 5, 0, "singlehop over multihop", message([None, CHANNEL, BROADCAST, UNICAST, MULTIHOP, ROUTE, LINK_STATS, APP]))
refused(2208, 2, 0, "unicast on top", message(unicast[:-1]))
refused(2208, 10, 0, "requests that are not merged", message(data, [None, *requests[1:]], replies))
refused(2209, 4, 146, "a channel twice", message(unicast, unicast))
refused(2209, 6, 132, "two channels of the mesh are one", message(data, but(requests, 0, channel(132)), replies))
refused(2210, 10, 14, "a parent behind the last module", message(data, [14, *requests[1:]], replies))
refused(2211, 10, 0, "merged into itself", message(data, [10, *requests[1:]], replies))
refused(2211, 10, 0, "merged in a circle", message(data, [13, *requests[1:]], replies))
refused(2212, 10, 0, "merged into multihop", message(data, [3, *requests[1:]], replies))
refused(2212, 13, 0, "replies merged into mesh", message(data, requests, [4, *replies[1:]]))
refused(2213, 4, 0, "a mesh without requests", message(data))
refused(2213, 10, 0, "requests without replies", message(data, requests))
refused(2303, 1, 196, "a table that is larger than half of 128 words", message([None, channel(1), [LINK_STATS, {0: 64}], APP]))

path = pathlib.Path(__file__).with_name("composition.json")
path.write_text(json.dumps(cases, indent=1) + "\n")
sizes = {case["name"]: len(case["message"]) // 2 for case in cases if case["number"] == 0}
print(f"{len(cases)} cases to {path.name}; " + "; ".join(f"{name}: {size} B" for name, size in sizes.items()))
