"""A CoAP client made of aiocoap, for `cargo xtask interop`. Prints one line of JSON: what the mote answered.

  coap_peer.py get URI [--szx N] [--accept N]       block size exponent 0 (16 bytes) to 6 (1024)
  coap_peer.py put URI FILE --format N [--szx N]    aiocoap's own block-wise transfer
  coap_peer.py blocks URI FILE --format N --sizes 64,64,16,… [--stop-after K]
                                                    block by block, each of the size named, the last size for the rest;
                                                    with --stop-after the client disappears after K blocks
"""

import argparse
import asyncio
import json
import sys

import aiocoap
from aiocoap.numbers.constants import TransportTuning
from aiocoap.optiontypes import BlockOption


class Impatient(TransportTuning):
    """Retransmits sooner than the standard's two seconds: the proxy loses much, and all is on one machine."""

    ACK_TIMEOUT = 0.4
    MAX_RETRANSMIT = 6


def answer(response, **more):
    payload = response.payload
    block1 = response.opt.block1
    print(
        json.dumps(
            {
                "code": response.code.dotted,
                "body": payload.hex(),
                "block1_bytes": None if block1 is None else block1.size,
                **more,
            }
        )
    )


def request(method, args, payload=b""):
    message = aiocoap.Message(code=method, uri=args.uri, payload=payload, transport_tuning=Impatient())
    if args.accept is not None:
        message.opt.accept = args.accept
    if args.format is not None:
        message.opt.content_format = args.format
    return message


async def get(context, args):
    # With a block size the transfer is spelled out, so that the first request already names it. The mote may answer with
    # smaller blocks (RFC 7959 2.4), as it does to an endpoint that has proved nothing: then it goes on with those.
    if args.szx is None:
        answer(await context.request(request(aiocoap.GET, args)).response)
        return
    body, szx, blocks = b"", args.szx, 0
    while True:
        message = request(aiocoap.GET, args)
        message.opt.block2 = BlockOption.BlockwiseTuple(len(body) >> (szx + 4), False, szx)
        response = await context.request(message, handle_blockwise=False).response
        body += response.payload
        blocks += 1
        block2 = response.opt.block2
        if block2 is None or not block2.more:
            break
        if block2.size_exponent > szx or len(response.payload) != block2.size:
            raise ValueError(f"asked for {16 << szx} bytes, got {len(response.payload)} of {block2.size}")
        szx = block2.size_exponent
    response.payload = body
    answer(response, blocks=blocks)


async def put(context, args):
    with open(args.file, "rb") as file:
        message = request(aiocoap.PUT, args, file.read())
    if args.szx is not None:
        await context.find_remote_and_interface(message)
        message.remote.maximum_block_size_exp = args.szx
        if len(message.payload) > 16 << args.szx:
            # Said in block 0 at once: aiocoap would send up to 1,024 bytes in one message else.
            message.opt.block1 = BlockOption.BlockwiseTuple(0, False, args.szx)
    answer(await context.request(message).response)


async def blocks(context, args):
    with open(args.file, "rb") as file:
        body = file.read()
    sizes = [int(size) for size in args.sizes.split(",")]
    offset, sent, used = 0, 0, set()
    while True:
        size = sizes[min(sent, len(sizes) - 1)]
        # A block number counts blocks of its own size, so only a size that divides the offset can follow.
        if offset % size:
            raise SystemExit(f"a block of {size} bytes cannot begin at {offset}")
        piece = body[offset : offset + size]
        more = offset + size < len(body)
        message = request(aiocoap.PUT, args, piece)
        message.opt.block1 = BlockOption.BlockwiseTuple(offset // size, more, size.bit_length() - 5)
        if offset == 0:
            message.opt.size1 = len(body)
        response = await context.request(message, handle_blockwise=False).response
        sent, offset = sent + 1, offset + len(piece)
        used.add(size)
        if response.code != aiocoap.CONTINUE or not more or sent == args.stop_after:
            answer(response, blocks=sent, sizes=sorted(used))
            return


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["get", "put", "blocks"])
    parser.add_argument("uri")
    parser.add_argument("file", nargs="?")
    parser.add_argument("--szx", type=int)
    parser.add_argument("--accept", type=int)
    parser.add_argument("--format", type=int)
    parser.add_argument("--sizes")
    parser.add_argument("--stop-after", type=int)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    context = await aiocoap.Context.create_client_context()
    verb = {"get": get, "put": put, "blocks": blocks}[args.verb]
    try:
        await asyncio.wait_for(verb(context, args), args.seconds)
    except (aiocoap.error.Error, asyncio.TimeoutError, ValueError) as gave_up:
        print(json.dumps({"gave_up": type(gave_up).__name__}))
    finally:
        await context.shutdown()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
