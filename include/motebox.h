/* Motebox from C: a node, or its parts. What holds for all functions: ffi/CONVENTIONS.md.
 * Made by `cargo xtask header` from the crate `ffi`: changes belong there. */

#ifndef MOTEBOX_H
#define MOTEBOX_H

#include <stddef.h>
#include <stdint.h>
#include "motebox_config.h"

/*
 Version of this interface: it goes up when a struct, a number or the meaning of a function changes.
 */
#define MBX_ABI_VERSION 2

/*
 Bytes that are enough for a node without keys, where pointers have 32 bits; each key takes [`MBX_KEY_BYTES_32`] more.
 */
#define MBX_NODE_BYTES_32 7168

/*
 The same where they have 64 bits; each key takes [`MBX_KEY_BYTES_64`] more.
 */
#define MBX_NODE_BYTES_64 9216

/*
 Bytes that are enough for a node without keys that can have stacks, where pointers have 32 bits.
 */
#define MBX_NODE_STACKS_BYTES_32 8448

/*
 The same where they have 64 bits.
 */
#define MBX_NODE_STACKS_BYTES_64 10752

/*
 Bytes of a node's memory for each key.
 */
#define MBX_KEY_BYTES_32 64

/*
 The same where pointers have 64 bits.
 */
#define MBX_KEY_BYTES_64 96

/*
 Bytes that are enough for a script's engine without natives, besides its arena; what natives take is for
 `mbx_script_size` to tell.
 */
#define MBX_SCRIPT_BYTES_32 256

/*
 The same where pointers have 64 bits.
 */
#define MBX_SCRIPT_BYTES_64 512

/*
 Bytes that are enough for an envelope without keys; each key takes [`MBX_KEY_BYTES_32`] more.
 */
#define MBX_ENVELOPE_BYTES_32 768

/*
 The same where pointers have 64 bits; each key takes [`MBX_KEY_BYTES_64`] more.
 */
#define MBX_ENVELOPE_BYTES_64 768

/*
 Bytes that are enough for a store.
 */
#define MBX_STORE_BYTES_32 1024

/*
 The same where pointers have 64 bits.
 */
#define MBX_STORE_BYTES_64 1024

/*
 Bytes that are enough for a network without anything in it; the five below are for each of what is.
 */
#define MBX_CRIME_BYTES_32 440

/*
 The same where pointers have 64 bits.
 */
#define MBX_CRIME_BYTES_64 576

/*
 Bytes of a network's memory for each stack, which is there twice.
 */
#define MBX_CRIME_STACK_BYTES 80

/*
 Bytes of a network's memory for each module, which is there twice.
 */
#define MBX_CRIME_MODULE_BYTES 48

/*
 Bytes of a network's memory for each word, which is there twice.
 */
#define MBX_CRIME_WORD_BYTES 8

/*
 Bytes of a network's memory for each packet slot.
 */
#define MBX_CRIME_SLOT_BYTES 172

/*
 Bytes of a network's memory for each module in C.
 */
#define MBX_CRIME_OWN_BYTES_32 44

/*
 The same where pointers have 64 bits.
 */
#define MBX_CRIME_OWN_BYTES_64 72

/*
 A composition: the message ends in the middle. Carries its length.
 */
#define MBX_E_COMPOSITION_TRUNCATED -2101

/*
 A composition: an item is not in its one encoding. Carries where.
 */
#define MBX_E_COMPOSITION_ENCODING -2102

/*
 A composition: another type of item, or length of an array, belongs here. Carries where.
 */
#define MBX_E_COMPOSITION_TYPE -2103

/*
 A composition: a parameter is given twice, or out of order. Carries where.
 */
#define MBX_E_COMPOSITION_KEY_ORDER -2104

/*
 A composition: bytes follow the message. Carries where.
 */
#define MBX_E_COMPOSITION_TRAILING -2105

/*
 A composition: another version. Carries it.
 */
#define MBX_E_COMPOSITION_VERSION -2106

/*
 A composition: no stack, or a stack without modules.
 */
#define MBX_E_COMPOSITION_EMPTY -2201

/*
 A composition: there is no module with this id. Carries the id.
 */
#define MBX_E_COMPOSITION_UNKNOWN_MODULE -2202

/*
 A composition: the module has no such parameter. Carries its index.
 */
#define MBX_E_COMPOSITION_UNKNOWN_PARAMETER -2203

/*
 A composition: a parameter is out of its range, or a trigger is. Carries the value.
 */
#define MBX_E_COMPOSITION_RANGE -2204

/*
 A composition: the lowest module is no channel.
 */
#define MBX_E_COMPOSITION_NO_CHANNEL -2205

/*
 A composition: the module needs another interface than the one below offers.
 */
#define MBX_E_COMPOSITION_INTERFACE -2206

/*
 A composition: a singlehop module over a multihop one.
 */
#define MBX_E_COMPOSITION_SCOPE -2207

/*
 A composition: the top is no application, and the stack is not merged.
 */
#define MBX_E_COMPOSITION_OPEN_TOP -2208

/*
 A composition: another stack has the channel. Carries the channel.
 */
#define MBX_E_COMPOSITION_CHANNEL_TAKEN -2209

/*
 A composition: there is no module to merge into. Carries its number.
 */
#define MBX_E_COMPOSITION_NO_PARENT -2210

/*
 A composition: the stack is merged, over others or directly, into itself.
 */
#define MBX_E_COMPOSITION_CYCLE -2211

/*
 A composition: the module merged into does not take what the top offers.
 */
#define MBX_E_COMPOSITION_MERGE_INTERFACE -2212

/*
 A composition: a stack should be merged into the module, and none is.
 */
#define MBX_E_COMPOSITION_NOTHING_MERGED -2213

/*
 A composition: too few records of stacks. Carries how many are needed.
 */
#define MBX_E_COMPOSITION_STACKS -2301

/*
 A composition: too few records of modules. Carries how many are needed.
 */
#define MBX_E_COMPOSITION_MODULES -2302

/*
 A composition: too few words for parameters, timers and state. Carries how many are needed.
 */
#define MBX_E_COMPOSITION_WORDS -2303

/*
 A composition: too few packet slots. Carries how many are needed.
 */
#define MBX_E_COMPOSITION_SLOTS -2304

/*
 A composition: the module could not be opened.
 */
#define MBX_E_COMPOSITION_OPEN -2305

/*
 [`mbx_crime_config::mac`]: none; a frame is a Rime packet, and link addresses come and go beside it.
 */
#define MBX_CRIME_MAC_RAW 0

/*
 [`mbx_crime_config::mac`]: IEEE 802.15.4 data frames with short addresses, without FCS.
 */
#define MBX_CRIME_MAC_802154 1

/*
 [`mbx_crime_config::mac`]: Contiki's nullmac, receiver and sender in four bytes.
 */
#define MBX_CRIME_MAC_NULL 2

/*
 The first registry id of modules of an application; the last one is 255.
 */
#define MBX_CRIME_OWN_ID 192

/*
 Scope: talks to neighbours; never over a multihop module.
 */
#define MBX_CRIME_SINGLE_HOP 0

/*
 Scope: talks over several hops.
 */
#define MBX_CRIME_MULTI_HOP 1

/*
 Scope: the application, the top of a stack.
 */
#define MBX_CRIME_INPUT 2

/*
 Interface: frames on a channel.
 */
#define MBX_CRIME_LINK 1

/*
 Interface: packets to everybody, from nobody in particular.
 */
#define MBX_CRIME_ANONYMOUS 2

/*
 Interface: packets to everybody, with their sender.
 */
#define MBX_CRIME_BROADCAST 4

/*
 Interface: packets to one neighbour.
 */
#define MBX_CRIME_UNICAST 8

/*
 Interface: packets to one neighbour, acknowledged.
 */
#define MBX_CRIME_RELIABLE 16

/*
 Interface: packets that carry two ends and hops, and need somebody above who knows the next hop.
 */
#define MBX_CRIME_RELAY 32

/*
 Interface: packets to a node anywhere.
 */
#define MBX_CRIME_MULTIHOP 64

/*
 Interface: packets to every node of the network.
 */
#define MBX_CRIME_FLOOD 128

/*
 Interface: routes on demand.
 */
#define MBX_CRIME_ROUTES 256

/*
 Interface: objects of many chunks.
 */
#define MBX_CRIME_CHUNKS 512

/*
 Interface: values that neighbours announce.
 */
#define MBX_CRIME_ANNOUNCE 1024

/*
 All interfaces over which an application sends and receives.
 */
#define MBX_CRIME_DATA 1759

/*
 Of `offers`: what the module below offers, for modules that only look on, drop or delay.
 */
#define MBX_CRIME_SAME 32768

/*
 Operation, up: the stack begins to live. State is zero, timers are off, there is no packet. `MBX_CRIME_STOP` refuses the
 composition (`MBX_E_COMPOSITION_OPEN`).
 */
#define MBX_CRIME_OPEN 0

/*
 Operation, up: a packet came in from the air.
 */
#define MBX_CRIME_RECV 1

/*
 Operation, up: a packet went out.
 */
#define MBX_CRIME_SENT 2

/*
 Operation, up: a packet was given up.
 */
#define MBX_CRIME_DROPPED 3

/*
 Operation, up: what was waited for did not come.
 */
#define MBX_CRIME_TIMED_OUT 4

/*
 Operation, up: there is a route to the address in `MBX_CRIME_ERECEIVER`.
 */
#define MBX_CRIME_NEW_ROUTE 5

/*
 Operation, up: the chunk with number `MBX_CRIME_CHUNK` is wanted.
 */
#define MBX_CRIME_READ_CHUNK 6

/*
 Operation, up: the payload is the chunk with number `MBX_CRIME_CHUNK`.
 */
#define MBX_CRIME_WRITE_CHUNK 7

/*
 Operation, down: a packet of this node goes out.
 */
#define MBX_CRIME_SEND 8

/*
 Operation, down: a packet of another node goes on to `MBX_CRIME_RECEIVER`.
 */
#define MBX_CRIME_FORWARD 9

/*
 Operation, down: a route to the address in `MBX_CRIME_ERECEIVER` is wanted.
 */
#define MBX_CRIME_DISCOVER 10

/*
 Operation, down: the stack ends. Timers are off already, there is no packet.
 */
#define MBX_CRIME_CLOSE 11

/*
 No walk: a timer of the module has expired, `mbx_crime_call_timer` tells which. There is no packet.
 */
#define MBX_CRIME_TIMER 12

/*
 How many operations there are.
 */
#define MBX_CRIME_OPERATIONS 13

/*
 Attribute: the node that transmitted this frame. Addresses `a.b` are `a + 256 * b`; what is not there is 0.
 */
#define MBX_CRIME_SENDER 0

/*
 Attribute: the node that this frame is for, 0 for everybody.
 */
#define MBX_CRIME_RECEIVER 1

/*
 Attribute: the node where the packet comes from, end to end.
 */
#define MBX_CRIME_ESENDER 2

/*
 Attribute: the node where the packet goes to, end to end.
 */
#define MBX_CRIME_ERECEIVER 3

/*
 Attribute: hops travelled so far.
 */
#define MBX_CRIME_HOPS 4

/*
 Attribute: data (0) or acknowledgement (1).
 */
#define MBX_CRIME_PACKET_TYPE 5

/*
 Attribute: number of the packet on one hop.
 */
#define MBX_CRIME_PACKET_ID 6

/*
 Attribute: number of the packet end to end.
 */
#define MBX_CRIME_EPACKET_ID 7

/*
 Attribute: hops left.
 */
#define MBX_CRIME_TTL 8

/*
 Attribute: the most retransmissions wanted.
 */
#define MBX_CRIME_MAX_REXMIT 9

/*
 Attribute, not on the air: received signal strength in dBm, an `int16_t` in two's complement.
 */
#define MBX_CRIME_RSSI 10

/*
 Attribute, not on the air: link quality, 0 to 255.
 */
#define MBX_CRIME_LQI 11

/*
 Attribute, not on the air: 1 asks modules that delay packets to send this one at once.
 */
#define MBX_CRIME_URGENT 12

/*
 Attribute, not on the air: number of a chunk.
 */
#define MBX_CRIME_CHUNK 13

/*
 Attribute, not on the air: how long modules that delay packets delay this one, in milliseconds; 0 leaves it to them.
 */
#define MBX_CRIME_INTERVAL 14

/*
 Attribute: number of the frame on this link, whatever it carries.
 */
#define MBX_CRIME_FRAME_ID 15

/*
 Answer of a module: on to the next module of the walk. After `MBX_CRIME_TIMER`: nothing more.
 */
#define MBX_CRIME_GO 0

/*
 Answer of a module: the walk ends here, and the packet is gone unless `mbx_crime_call_hold` keeps it.
 */
#define MBX_CRIME_STOP 1

/*
 What `MBX_CRIME_TURN(operation)` adds to an operation: the walk goes on as that one, from the neighbour of this module in its
 direction. `MBX_CRIME_RECV` to `MBX_CRIME_DISCOVER` can be turned to.
 */
#define MBX_CRIME_TURNED 256

/*
 What `MBX_CRIME_INTO(operation)` adds to an operation: it goes on so down the first stack that is merged into this module.
 */
#define MBX_CRIME_MERGED 512

/*
 The longest frame, in bytes.
 */
#define MBX_CRIME_FRAME_BYTES 137

/*
 The longest packet, and so the longest payload, in bytes.
 */
#define MBX_CRIME_PACKET_BYTES 128

/*
 A time that does not come.
 */
#define MBX_CRIME_NEVER 18446744073709551615ull

/*
 Form of a container: a CBOR sequence of COSE_Sign1 and payload.
 */
#define MBX_FORM_BINARY 0

/*
 Form of a container: JavaScript with the COSE_Sign1 in a comment.
 */
#define MBX_FORM_TEXT 1

/*
 What `mbx_envelope_check` and `mbx_envelope_verify` answer besides `MBX_OK`: all is well, and this very manifest was tried
 before.
 */
#define MBX_REPEATED 5

/*
 Longest COSE_Sign1 in bytes: a buffer of so many is enough for what `mbx_store_manifest` reads.
 */
#define MBX_SIGN1_BYTES 342

/*
 Kind of a container: JavaScript.
 */
#define MBX_KIND_SCRIPT 1

/*
 Kind of a container: a stack composition message.
 */
#define MBX_KIND_COMPOSITION 2

/*
 Kind of a container: parameters for a script or composition that runs.
 */
#define MBX_KIND_PARAMETERS 3

/*
 Kind of a container: a command, without payload.
 */
#define MBX_KIND_COMMAND 4

/*
 Kind of a container: keys and floors.
 */
#define MBX_KIND_TRUST 5

/*
 What a manifest is for: any device.
 */
#define MBX_TARGET_ANY 0

/*
 What a manifest is for: the device with this id.
 */
#define MBX_TARGET_DEVICE 1

/*
 What a manifest is for: the devices of this class.
 */
#define MBX_TARGET_CLASS 2

/*
 Done.
 */
#define MBX_OK 0

/*
 What `mbx_script_step` answers when the fuel is used up, and steps of stores and headers that go on: call again.
 */
#define MBX_MORE 2

/*
 A pointer that must not be NULL is.
 */
#define MBX_E_NULL -1

/*
 A struct's `size` is not the one of this library, or memory or a buffer is too small.
 */
#define MBX_E_SIZE -2

/*
 A call is in this object: a callback called back.
 */
#define MBX_E_BUSY -3

/*
 In this memory no object of this kind was made.
 */
#define MBX_E_OBJECT -4

/*
 What is to be written overlaps with what is to be read.
 */
#define MBX_E_OVERLAP -5

/*
 A key's grants are no permissions map.
 */
#define MBX_E_ENVELOPE_GRANTS -100

/*
 This library has no verifier of its own, and none was given.
 */
#define MBX_E_ENVELOPE_VERIFIER -101

/*
 Neither `MBX_FORM_BINARY` nor `MBX_FORM_TEXT`.
 */
#define MBX_E_ENVELOPE_FORM -102

/*
 The signature was not verified, or what it was verified for was refused.
 */
#define MBX_E_ENVELOPE_UNVERIFIED -103

/*
 A key's kinds are not a sum of those that there are.
 */
#define MBX_E_ENVELOPE_KINDS -104

/*
 Payload bytes for another offset than the next one.
 */
#define MBX_E_ENVELOPE_OFFSET -105

/*
 The flash failed: a callback of its table said so.
 */
#define MBX_E_STORE_FLASH -200

/*
 Units, base or capacity of the flash do not allow the store; for `capacity` see `mbx_node_flash_bytes`.
 */
#define MBX_E_STORE_LAYOUT -201

/*
 What is in flash cannot be read as a store, and is not blank either.
 */
#define MBX_E_STORE_DAMAGED -202

/*
 An operation is under way: step it to its end first.
 */
#define MBX_E_STORE_BUSY -203

/*
 The slot or pair is not in a state that allows this.
 */
#define MBX_E_STORE_STATE -204

/*
 A container id is empty or longer than 16 bytes.
 */
#define MBX_E_STORE_ID -205

/*
 A manifest or trust record is longer than 512 bytes.
 */
#define MBX_E_STORE_RECORD -206

/*
 A payload is longer than `payload_max`, or bytes lie behind its end.
 */
#define MBX_E_STORE_PAYLOAD -207

/*
 All pairs of slots belong to other ids: delete one first.
 */
#define MBX_E_STORE_FULL -208

/*
 No more ids can be remembered.
 */
#define MBX_E_STORE_IDS -209

/*
 Bytes came for another offset than the next one.
 */
#define MBX_E_STORE_OFFSET -210

/*
 The payload is not all there.
 */
#define MBX_E_STORE_INCOMPLETE -211

/*
 A sequence or version is below the one remembered, or does not rise where it must.
 */
#define MBX_E_STORE_STALE -212

/*
 This sequence was tried with another manifest.
 */
#define MBX_E_STORE_CONFLICT -213

/*
 All attempts of this trial are used: it has failed.
 */
#define MBX_E_STORE_ATTEMPTS -214

/*
 There is no slot or pair of this number.
 */
#define MBX_E_STORE_SLOT -215

/*
 An endpoint is longer than `MBX_ENDPOINT_BYTES`.
 */
#define MBX_E_COAP_ENDPOINT -300

/*
 Not one of `MBX_SECURITY_…`.
 */
#define MBX_E_COAP_SECURITY -301

/*
 Not a CoAP message.
 */
#define MBX_E_COAP_MALFORMED -302

/*
 A token is longer than 8 bytes.
 */
#define MBX_E_COAP_TOKEN -303

/*
 A native has a name that is empty, no UTF-8, or one that the engine has itself.
 */
#define MBX_E_SCRIPT_NAME -400

/*
 More different names than `MBX_SCRIPT_NAMES`.
 */
#define MBX_E_SCRIPT_NAMES -401

/*
 Not one of the kinds, types or classes that there are.
 */
#define MBX_E_SCRIPT_KIND -402

/*
 There is no such argument, or it is not of this kind.
 */
#define MBX_E_SCRIPT_ARGUMENT -403

/*
 More functions are kept than the engine's table or arena has room for.
 */
#define MBX_E_SCRIPT_ROOTS -404

/*
 Another text was loaded into this engine, and what it left refers to it: make the engine anew.
 */
#define MBX_E_SCRIPT_TEXT -405

/*
 A text lies in the engine's own memory, where it moves: copy it first.
 */
#define MBX_E_SCRIPT_ALIAS -406

/*
 An arena is too small for an engine.
 */
#define MBX_E_JS_ARENA -500

/*
 Another job is not over: step it to its end, or abort it.
 */
#define MBX_E_JS_JOB -501

/*
 The kept function was released, or never was.
 */
#define MBX_E_JS_ROOT -502

/*
 No activation waits with this token.
 */
#define MBX_E_JS_TOKEN -503

/*
 The arena has no room for it.
 */
#define MBX_E_JS_MEMORY -504

/*
 Not as many arenas as there are containers: `MBX_CONTAINERS`.
 */
#define MBX_E_NODE_ARENAS -600

/*
 A device id or class is not 1 to 16 bytes long, or the alias is no container id.
 */
#define MBX_E_NODE_NAME -601

/*
 More own addresses than `MBX_ADDRESSES`.
 */
#define MBX_E_NODE_ADDRESSES -602

/*
 This library has no verifier of its own, and none was given.
 */
#define MBX_E_NODE_VERIFIER -603

/*
 No event of this kind is known.
 */
#define MBX_E_NODE_EVENT -604

/*
 There is no container of this index.
 */
#define MBX_E_NODE_INDEX -605

/*
 The queue is full; the event is counted as lost.
 */
#define MBX_E_EVENT_FULL -650

/*
 A module in C: its id is below `MBX_CRIME_OWN_ID` or another has it, or its descriptor is not what there can be.
 */
#define MBX_E_CRIME_MODULE -700

/*
 A configuration: no such MAC, or more records than there can be.
 */
#define MBX_E_CRIME_CONFIG -701

/*
 There is no stack on this channel, or none with an application.
 */
#define MBX_E_CRIME_CHANNEL -702

/*
 The payload, with what is put before it, is longer than a packet.
 */
#define MBX_E_CRIME_PAYLOAD -703

/*
 A received frame is not of this MAC framing, or of another PAN.
 */
#define MBX_E_CRIME_FRAMING -704

/*
 A received frame is for another node.
 */
#define MBX_E_CRIME_NOT_FOR_US -705

/*
 A received frame is shorter than its header, or longer than a packet.
 */
#define MBX_E_CRIME_LENGTH -706

/*
 There is no attribute, operation, timer or parameter of this number.
 */
#define MBX_E_CRIME_NUMBER -707

/*
 No packet slot is free.
 */
#define MBX_E_CRIME_SLOT -708

/*
 Kind of an event: nothing but a reason to poll.
 */
#define MBX_EVENT_WAKE 0

/*
 Kind of an event: a device changed. The event's value is its number in the board's list.
 */
#define MBX_EVENT_DEVICE 1

/*
 The first kind that means nothing to the node, and is the application's to use.
 */
#define MBX_EVENT_APPLICATION 256

/*
 A queue of `n` events takes at most `MBX_EVENT_QUEUE_BYTES + n * MBX_EVENT_BYTES` bytes, wherever it lies.
 */
#define MBX_EVENT_QUEUE_BYTES 64

/*
 Bytes of one event in a queue.
 */
#define MBX_EVENT_BYTES 8

/*
 What [`mbx_event_take`] answers when no event is there.
 */
#define MBX_EMPTY 1

/*
 [`mbx_key::kinds`]: every kind, trust included.
 */
#define MBX_KINDS_ALL 31

/*
 Containers that a node of this library has room for.
 */
#define MBX_CONTAINERS 2

/*
 Own addresses that a node can be told, at most.
 */
#define MBX_ADDRESSES 6

/*
 Kinds of devices (`saul.type`), in the order of [`mbx_board::classes`].
 */
#define MBX_CLASSES 30

/*
 Kind of a device: `saul.type.ACT_ANY`.
 */
#define MBX_CLASS_ACT_ANY 0

/*
 Kind of a device: `saul.type.ACT_LED_RGB`.
 */
#define MBX_CLASS_ACT_LED_RGB 1

/*
 Kind of a device: `saul.type.ACT_SERVO`.
 */
#define MBX_CLASS_ACT_SERVO 2

/*
 Kind of a device: `saul.type.ACT_MOTOR`.
 */
#define MBX_CLASS_ACT_MOTOR 3

/*
 Kind of a device: `saul.type.ACT_SWITCH`.
 */
#define MBX_CLASS_ACT_SWITCH 4

/*
 Kind of a device: `saul.type.ACT_DIMMER`.
 */
#define MBX_CLASS_ACT_DIMMER 5

/*
 Kind of a device: `saul.type.SENSE_ANY`.
 */
#define MBX_CLASS_SENSE_ANY 6

/*
 Kind of a device: `saul.type.SENSE_BTN`.
 */
#define MBX_CLASS_SENSE_BTN 7

/*
 Kind of a device: `saul.type.SENSE_TEMP`.
 */
#define MBX_CLASS_SENSE_TEMP 8

/*
 Kind of a device: `saul.type.SENSE_HUM`.
 */
#define MBX_CLASS_SENSE_HUM 9

/*
 Kind of a device: `saul.type.SENSE_LIGHT`.
 */
#define MBX_CLASS_SENSE_LIGHT 10

/*
 Kind of a device: `saul.type.SENSE_ACCEL`.
 */
#define MBX_CLASS_SENSE_ACCEL 11

/*
 Kind of a device: `saul.type.SENSE_MAG`.
 */
#define MBX_CLASS_SENSE_MAG 12

/*
 Kind of a device: `saul.type.SENSE_GYRO`.
 */
#define MBX_CLASS_SENSE_GYRO 13

/*
 Kind of a device: `saul.type.SENSE_COLOR`.
 */
#define MBX_CLASS_SENSE_COLOR 14

/*
 Kind of a device: `saul.type.SENSE_PRESS`.
 */
#define MBX_CLASS_SENSE_PRESS 15

/*
 Kind of a device: `saul.type.SENSE_ANALOG`.
 */
#define MBX_CLASS_SENSE_ANALOG 16

/*
 Kind of a device: `saul.type.SENSE_UV`.
 */
#define MBX_CLASS_SENSE_UV 17

/*
 Kind of a device: `saul.type.SENSE_OBJTEMP`.
 */
#define MBX_CLASS_SENSE_OBJTEMP 18

/*
 Kind of a device: `saul.type.SENSE_COUNT`.
 */
#define MBX_CLASS_SENSE_COUNT 19

/*
 Kind of a device: `saul.type.SENSE_DISTANCE`.
 */
#define MBX_CLASS_SENSE_DISTANCE 20

/*
 Kind of a device: `saul.type.SENSE_CO2`.
 */
#define MBX_CLASS_SENSE_CO2 21

/*
 Kind of a device: `saul.type.SENSE_TVOC`.
 */
#define MBX_CLASS_SENSE_TVOC 22

/*
 Kind of a device: `saul.type.SENSE_OCCUP`.
 */
#define MBX_CLASS_SENSE_OCCUP 23

/*
 Kind of a device: `saul.type.SENSE_PROXIMITY`.
 */
#define MBX_CLASS_SENSE_PROXIMITY 24

/*
 Kind of a device: `saul.type.SENSE_RSSI`.
 */
#define MBX_CLASS_SENSE_RSSI 25

/*
 Kind of a device: `saul.type.SENSE_CHARGE`.
 */
#define MBX_CLASS_SENSE_CHARGE 26

/*
 Kind of a device: `saul.type.SENSE_CURRENT`.
 */
#define MBX_CLASS_SENSE_CURRENT 27

/*
 Kind of a device: `saul.type.SENSE_VOLTAGE`.
 */
#define MBX_CLASS_SENSE_VOLTAGE 28

/*
 Kind of a device: `saul.type.SENSE_PM`.
 */
#define MBX_CLASS_SENSE_PM 29

/*
 In [`mbx_board::classes`]: the operating system has no number for this kind.
 */
#define MBX_CLASS_NONE 255

/*
 What a device callback answers: the device cannot be read, or cannot be written.
 */
#define MBX_DEVICE_UNSUPPORTED 1

/*
 What a device callback answers: the device has no such axis, or takes fewer values.
 */
#define MBX_DEVICE_NO_AXIS 2

/*
 What a device callback answers: there is no device of this number any more.
 */
#define MBX_DEVICE_GONE 3

/*
 What [`mbx_node_handle`] answers besides `MBX_OK`: nothing is to be sent.
 */
#define MBX_SILENT 1

/*
 What [`mbx_node_handle`] answers: it is a response or an acknowledgement, to something that the system sent.
 */
#define MBX_NOT_MINE 2

/*
 What [`mbx_node_handle`] answers: not answered yet.
 */
#define MBX_PENDING 3

/*
 [`mbx_request::security`]: none, the address may be forged.
 */
#define MBX_SECURITY_NONE 0

/*
 [`mbx_request::security`]: DTLS.
 */
#define MBX_SECURITY_DTLS 1

/*
 [`mbx_request::security`]: OSCORE, already unwrapped.
 */
#define MBX_SECURITY_OSCORE 2

/*
 Longest [`mbx_request::endpoint`] in bytes.
 */
#define MBX_ENDPOINT_BYTES 20

/*
 A buffer of so many bytes is always enough for [`mbx_node_next_request`].
 */
#define MBX_OUTGOING_BYTES 352

/*
 The COSE_Sign1: it ends in the middle of an item. Carries the bytes that are needed at least.
 */
#define MBX_E_COSE_TRUNCATED -1101

/*
 The COSE_Sign1: a head is not in its shortest form. Carries where.
 */
#define MBX_E_COSE_LONG_FORM -1102

/*
 The COSE_Sign1: indefinite length, or a break. Carries where.
 */
#define MBX_E_COSE_INDEFINITE -1103

/*
 The COSE_Sign1: reserved additional information. Carries where.
 */
#define MBX_E_COSE_RESERVED -1104

/*
 The COSE_Sign1: another type of item belongs here. Carries where.
 */
#define MBX_E_COSE_TYPE -1105

/*
 The COSE_Sign1: a key stands twice. Carries where.
 */
#define MBX_E_COSE_DUPLICATE_KEY -1106

/*
 The COSE_Sign1: keys are not in ascending order. Carries where.
 */
#define MBX_E_COSE_KEY_ORDER -1107

/*
 The COSE_Sign1: an integer or a length beyond 32 bits. Carries where.
 */
#define MBX_E_COSE_TOO_LARGE -1108

/*
 The COSE_Sign1: no tag.
 */
#define MBX_E_COSE_NO_TAG -1110

/*
 The COSE_Sign1: another tag than 18. Carries the tag.
 */
#define MBX_E_COSE_OTHER_TAG -1111

/*
 The COSE_Sign1: not an array of four. Carries how many.
 */
#define MBX_E_COSE_NOT_FOUR -1112

/*
 The COSE_Sign1: no alg.
 */
#define MBX_E_COSE_NO_ALG -1113

/*
 The COSE_Sign1: an alg that is not accepted. Carries it.
 */
#define MBX_E_COSE_ALG -1114

/*
 The COSE_Sign1: no kid.
 */
#define MBX_E_COSE_NO_KID -1115

/*
 The COSE_Sign1: the kid is not 1 to 8 bytes long. Carries its length.
 */
#define MBX_E_COSE_KID_LENGTH -1116

/*
 The COSE_Sign1: a `crit` header. Carries where.
 */
#define MBX_E_COSE_CRIT -1117

/*
 The COSE_Sign1: another label. Carries where.
 */
#define MBX_E_COSE_OTHER_LABEL -1118

/*
 The COSE_Sign1: the unprotected header is not empty. Carries its entries.
 */
#define MBX_E_COSE_UNPROTECTED -1119

/*
 The COSE_Sign1: nil payload. Carries where.
 */
#define MBX_E_COSE_NIL -1120

/*
 The COSE_Sign1: the manifest is not 1 to 256 bytes long. Carries its length.
 */
#define MBX_E_COSE_MANIFEST_LENGTH -1121

/*
 The COSE_Sign1: the signature is not 64 bytes long. Carries its length.
 */
#define MBX_E_COSE_SIGNATURE_LENGTH -1122

/*
 The COSE_Sign1: bytes follow it, or its protected map. Carries where.
 */
#define MBX_E_COSE_TRAILING -1123

/*
 The COSE_Sign1: the protected header is longer than 64 bytes. Carries its length.
 */
#define MBX_E_COSE_PROTECTED_LENGTH -1124

/*
 The manifest: it ends in the middle of an item. Carries the bytes that are needed at least.
 */
#define MBX_E_MANIFEST_TRUNCATED -1201

/*
 The manifest: a head is not in its shortest form. Carries where.
 */
#define MBX_E_MANIFEST_LONG_FORM -1202

/*
 The manifest: indefinite length, or a break. Carries where.
 */
#define MBX_E_MANIFEST_INDEFINITE -1203

/*
 The manifest: reserved additional information. Carries where.
 */
#define MBX_E_MANIFEST_RESERVED -1204

/*
 The manifest: another type of item belongs here. Carries where.
 */
#define MBX_E_MANIFEST_TYPE -1205

/*
 The manifest: a key stands twice. Carries where.
 */
#define MBX_E_MANIFEST_DUPLICATE_KEY -1206

/*
 The manifest: keys are not in ascending order. Carries where.
 */
#define MBX_E_MANIFEST_KEY_ORDER -1207

/*
 The manifest: an integer or a length beyond 32 bits. Carries where.
 */
#define MBX_E_MANIFEST_TOO_LARGE -1208

/*
 The manifest: a key that is not specified. Carries where.
 */
#define MBX_E_MANIFEST_UNKNOWN_KEY -1210

/*
 The manifest: a key is missing. Carries the key.
 */
#define MBX_E_MANIFEST_MISSING_KEY -1211

/*
 The manifest: a key does not belong to this kind. Carries the key.
 */
#define MBX_E_MANIFEST_FOREIGN_KEY -1212

/*
 The manifest: a value is out of its range, an array has another length, or a map or array is empty. Carries where.
 */
#define MBX_E_MANIFEST_VALUE -1213

/*
 The manifest: another format version. Carries it.
 */
#define MBX_E_MANIFEST_VERSION -1214

/*
 The manifest: an unknown kind. Carries it.
 */
#define MBX_E_MANIFEST_KIND -1215

/*
 The manifest: no container id, or not one for this kind. Carries where.
 */
#define MBX_E_MANIFEST_ID -1216

/*
 The manifest: the chunk digests do not fit the length. Carries their bytes, and those expected.
 */
#define MBX_E_MANIFEST_CHUNKS -1217

/*
 The manifest: text that is not printable ASCII, or no path. Carries where.
 */
#define MBX_E_MANIFEST_TEXT -1218

/*
 The manifest: bytes follow it. Carries where.
 */
#define MBX_E_MANIFEST_TRAILING -1219

/*
 The container: text form: a byte order mark.
 */
#define MBX_E_FORM_BYTE_ORDER_MARK -1301

/*
 The container: text form: a blank, CR or LF before the header.
 */
#define MBX_E_FORM_BLANK -1302

/*
 The container: text form: `#!` before the header.
 */
#define MBX_E_FORM_SHEBANG -1303

/*
 The container: text form: no header of this version. Carries where.
 */
#define MBX_E_FORM_NO_HEADER -1304

/*
 The container: text form: not a base64url character. Carries where.
 */
#define MBX_E_FORM_BASE64 -1305

/*
 The container: text form: base64url with bits left over, or of no whole length. Carries where.
 */
#define MBX_E_FORM_BASE64_END -1306

/*
 The container: the COSE_Sign1 is longer than 342 bytes. Carries the limit.
 */
#define MBX_E_FORM_TOO_LONG -1307

/*
 The container: text form: not a lower-case hexadecimal digit. Carries where.
 */
#define MBX_E_FORM_HEX -1308

/*
 The container: text form: the header does not end with `*`, `/` and LF. Carries where.
 */
#define MBX_E_FORM_HEADER_END -1309

/*
 The container: text form: the header ends with CR LF. Carries where.
 */
#define MBX_E_FORM_CARRIAGE_RETURN -1310

/*
 The container: text form: the hash in the header is not the one in the manifest.
 */
#define MBX_E_FORM_HEADER_HASH -1311

/*
 The container: text form of another kind, or of an encoded payload. Carries the kind.
 */
#define MBX_E_FORM_NOT_TEXT -1312

/*
 The container: the script begins with a second header.
 */
#define MBX_E_FORM_SECOND_HEADER -1313

/*
 The container: binary form: the payload is no byte string with a shortest head. Carries where.
 */
#define MBX_E_FORM_PAYLOAD_HEAD -1320

/*
 The container: binary form: the length in the head of the payload is not the one in the manifest. Carries both.
 */
#define MBX_E_FORM_PAYLOAD_LENGTH -1321

/*
 The container: bytes follow a command. Carries where.
 */
#define MBX_E_FORM_TRAILING -1322

/*
 The container: the container ends in its header. Carries the bytes that are needed at least.
 */
#define MBX_E_FORM_INCOMPLETE -1323

/*
 Not for this place: another id than that of the place.
 */
#define MBX_E_REFUSED_ID -1401

/*
 Not for this place: a kind that is not taken here. Carries it.
 */
#define MBX_E_REFUSED_KIND -1402

/*
 Not for this place: an encoding that cannot be undone. Carries it.
 */
#define MBX_E_REFUSED_ENCODING -1403

/*
 Not for this place: for another device.
 */
#define MBX_E_REFUSED_TARGET -1404

/*
 Not for this place: signed by an unknown key.
 */
#define MBX_E_REFUSED_KEY -1405

/*
 Not for this place: the id is out of the scope of the key.
 */
#define MBX_E_REFUSED_KEY_ID_SCOPE -1406

/*
 Not for this place: the kind is out of the scope of the key. Carries it.
 */
#define MBX_E_REFUSED_KEY_KIND_SCOPE -1407

/*
 Not for this place: permissions beyond what the key may grant. Carries the key of the permission.
 */
#define MBX_E_REFUSED_GRANT -1408

/*
 Not for this place: the payload is longer than the slot. Carries both.
 */
#define MBX_E_REFUSED_TOO_LONG -1409

/*
 Not for this place: about a version that is not there. Carries it, and the one that is there.
 */
#define MBX_E_REFUSED_BASE -1410

/*
 Not for this place: below what was tried. Carries its sequence, and the one tried.
 */
#define MBX_E_REFUSED_STALE -1411

/*
 Not for this place: another manifest used this sequence. Carries it.
 */
#define MBX_E_REFUSED_SEQUENCE_USED -1412

/*
 Not for this place: below the security floor. Carries its sequence, and the floor.
 */
#define MBX_E_REFUSED_FLOOR -1413

/*
 The signature: S is not below the order of the group.
 */
#define MBX_E_SIGNATURE_S -1501

/*
 The signature: the public key has small order.
 */
#define MBX_E_SIGNATURE_SMALL_ORDER_KEY -1502

/*
 The signature: R has small order.
 */
#define MBX_E_SIGNATURE_SMALL_ORDER_R -1503

/*
 The signature: the public key is not in canonical encoding.
 */
#define MBX_E_SIGNATURE_KEY -1504

/*
 The signature: R is not in canonical encoding.
 */
#define MBX_E_SIGNATURE_R -1505

/*
 The signature: the signature does not fit.
 */
#define MBX_E_SIGNATURE_MISMATCH -1506

/*
 The payload: a chunk has another digest. Carries which.
 */
#define MBX_E_PAYLOAD_CHUNK -1601

/*
 The payload: the whole has another SHA-256.
 */
#define MBX_E_PAYLOAD_DIGEST -1602

/*
 The payload: more bytes than announced. Carries the limit.
 */
#define MBX_E_PAYLOAD_TOO_LONG -1603

/*
 The payload: less bytes than announced. Carries both.
 */
#define MBX_E_PAYLOAD_TOO_SHORT -1604

/*
 What [`mbx_script_step`] answers besides `MBX_OK` (the job is over): nobody caught an exception, the job is over.
 */
#define MBX_THREW 1

/*
 What [`mbx_script_step`] answers: the job was set aside until it is resumed; another one may be begun.
 */
#define MBX_WAITING 3

/*
 What [`mbx_script_step`] answers: there is no job.
 */
#define MBX_IDLE 4

/*
 Kind of a value: `undefined`, and arguments that are not there.
 */
#define MBX_UNDEFINED 0

/*
 Kind of a value: `null`.
 */
#define MBX_NULL 1

/*
 Kind of a value: `true` (its number is 1) or `false` (0).
 */
#define MBX_BOOL 2

/*
 Kind of a value: a number.
 */
#define MBX_NUMBER 3

/*
 Kind of a value: a string.
 */
#define MBX_TEXT 4

/*
 Kind of a value that C only sees: anything that can be called.
 */
#define MBX_FUNCTION 5

/*
 Kind of a value that C only sees: an object of the host's, `mbx_call_host`.
 */
#define MBX_HOST 6

/*
 Kind of a value that C only sees: any other object.
 */
#define MBX_OBJECT 7

/*
 An error to be thrown: `Error`.
 */
#define MBX_ERROR 0

/*
 An error to be thrown: `RangeError`.
 */
#define MBX_RANGE_ERROR 1

/*
 An error to be thrown: `TypeError`.
 */
#define MBX_TYPE_ERROR 2

/*
 Which argument of a call: the `this` of a method.
 */
#define MBX_THIS 4294967295

/*
 Different names that the natives of one script may have, their objects' included, at most.
 */
#define MBX_SCRIPT_NAMES 64

/*
 [`mbx_native::kind`]: a function.
 */
#define MBX_NATIVE_FUNCTION 0

/*
 [`mbx_native::kind`]: a fixed number.
 */
#define MBX_NATIVE_NUMBER 1

/*
 [`mbx_native::kind`]: a value that is asked for at each read: a function without arguments.
 */
#define MBX_NATIVE_GETTER 2

/*
 Type of an argument: handed over as it is.
 */
#define MBX_TYPE_ANY 0

/*
 Type of an argument: converted to a number, as JavaScript does it.
 */
#define MBX_TYPE_NUMBER 1

/*
 Type of an argument: converted to a string, as JavaScript does it.
 */
#define MBX_TYPE_TEXT 2

/*
 Type of an argument: must be a function; anything else is a TypeError.
 */
#define MBX_TYPE_FUNCTION 3

/*
 Pairs of slots, that is containers that a store has room for.
 */
#define MBX_STORE_PAIRS 2

/*
 State of a slot: nothing that counts.
 */
#define MBX_SLOT_EMPTY 0

/*
 State of a slot: header in flash, payload on its way.
 */
#define MBX_SLOT_RECEIVING 1

/*
 State of a slot: whole and verified, not started yet.
 */
#define MBX_SLOT_STORED 2

/*
 State of a slot: started, not confirmed yet.
 */
#define MBX_SLOT_TRIAL 3

/*
 State of a slot: confirmed. The newest of these runs; the other can be gone back to.
 */
#define MBX_SLOT_CONFIRMED 4

/*
 State of a slot: it will not be started any more.
 */
#define MBX_SLOT_FAILED 5

/*
 What [`mbx_store_init`] answers besides `MBX_OK`: neither copy of the counters or of the trust record can be read, and
 the flash is not blank. Nothing is accepted before `mbx_store_format`.
 */
#define MBX_DAMAGED 7

/*
 Bytes of the tag by which the store remembers a manifest: the first of its SHA-256.
 */
#define MBX_TAG_BYTES 12

/*
 What [`mbx_store_write`] answers besides `MBX_OK`: flash and bytes differ where a power cut had left off; reception goes on
 at an earlier offset, `mbx_store_offset`.
 */
#define MBX_REWOUND 6

/*
 One call of a native function.
 */
typedef struct mbx_call mbx_call;

/*
 The network of one node; its memory is the caller's.
 */
typedef struct mbx_crime mbx_crime;

/*
 One operation of a module.
 */
typedef struct mbx_crime_call mbx_crime_call;

/*
 What reads and checks one container at a time; its memory is the caller's.
 */
typedef struct mbx_envelope mbx_envelope;

/*
 A queue of events; its memory is the caller's.
 */
typedef struct mbx_event_queue mbx_event_queue;

/*
 A node; its memory is the caller's.
 */
typedef struct mbx_node mbx_node;

/*
 An engine; its memory is the caller's.
 */
typedef struct mbx_script mbx_script;

/*
 A store; its memory is the caller's.
 */
typedef struct mbx_store mbx_store;

/*
 What extends a counter. Zero it and set `size`.
 */
typedef struct mbx_clock32 {
  /*
   `sizeof(mbx_clock32)`.
   */
  uint32_t size;
  /*
   The counter as it was seen last.
   */
  uint32_t last;
  /*
   How often it has wrapped.
   */
  uint32_t wraps;
} mbx_clock32;

/*
 An operation that comes past a module: it looks at the packet or changes it through `mbx_crime_call_…`, and answers
 `MBX_CRIME_GO`, `MBX_CRIME_STOP`, `MBX_CRIME_TURN(operation)` or `MBX_CRIME_INTO(operation)`; what is none of these is
 `MBX_CRIME_STOP`. It does not wait, may not call `mbx_crime_*` with the network that it is called from (`MBX_E_BUSY`), and
 must not leave by `longjmp`. NULL: `MBX_CRIME_GO`.
 */
typedef int32_t (*mbx_crime_operation)(void *user, struct mbx_crime_call *call);

/*
 A module in C. It stays as it is for the life of the networks that have it; several may.
 */
typedef struct mbx_crime_module {
  /*
   `sizeof(mbx_crime_module)`.
   */
  uint32_t size;
  /*
   Registry id, which compositions name it by: `MBX_CRIME_OWN_ID` or more, and no other module's.
   */
  uint8_t id;
  /*
   Where it may stand: `MBX_CRIME_SINGLE_HOP`, `…_MULTI_HOP`, `…_INPUT`.
   */
  uint8_t scope;
  /*
   Interfaces of which the module below must offer one, a sum; not 0: the bottom of a stack is the library's channel.
   */
  uint16_t needs;
  /*
   The interface that it offers to the module above, or `MBX_CRIME_SAME`; 0 for a top.
   */
  uint16_t offers;
  /*
   Interfaces of which the top of a stack that is merged into it must offer one, a sum; 0: none is merged into it.
   */
  uint16_t merges;
  /*
   Words of state for each instance, of 32 bits; all 0 when it is opened.
   */
  uint16_t words;
  /*
   A table, added to `words`: words of one entry; 0 for none.
   */
  uint8_t entry_words;
  /*
   The parameter that counts the table's entries, by index.
   */
  uint8_t entries;
  /*
   How many timers it has.
   */
  uint8_t timers;
  /*
   Packets that it may keep at one time.
   */
  uint8_t packets;
  /*
   How many parameters it has.
   */
  uint8_t param_count;
  /*
   How many attributes it puts into the header.
   */
  uint8_t field_count;
  /*
   0.
   */
  uint16_t reserved;
  /*
   Three numbers for each parameter: the smallest value, the largest, and the one when none is given.
   */
  const uint32_t *params;
  /*
   Two bytes for each attribute in the header: which (`MBX_CRIME_SENDER`, …), and its bits, 1 to 8 or 16.
   */
  const uint8_t *fields;
  /*
   Handed to all callbacks. State of an instance is better off in its words.
   */
  void *user;
  /*
   What it does, by operation: `MBX_CRIME_OPEN` to `MBX_CRIME_TIMER`.
   */
  mbx_crime_operation on[MBX_CRIME_OPERATIONS];
} mbx_crime_module;

/*
 What a network is made of. Of stacks, modules, words and slots it says what one composition takes at most; the library takes
 stacks, modules and words twice, for the exchange. `mbx_crime_check` and `motebox compose` tell what a composition takes.
 */
typedef struct mbx_crime_config {
  /*
   `sizeof(mbx_crime_config)`.
   */
  uint32_t size;
  /*
   Seeds the delays that modules choose; nodes of one network need different ones.
   */
  uint32_t seed;
  /*
   The node's address `a.b`: `a + 256 * b`.
   */
  uint16_t address;
  /*
   PAN identifier, with `MBX_CRIME_MAC_802154`.
   */
  uint16_t pan;
  /*
   What is around a Rime packet: `MBX_CRIME_MAC_…`. All nodes of a network must agree on this and the next.
   */
  uint8_t mac;
  /*
   1: sender and receiver travel in the MAC header only, or beside a raw frame. 0: in the Rime header.
   */
  uint8_t link_addresses;
  /*
   Stacks, 1 to 127.
   */
  uint8_t stacks;
  /*
   Modules in all stacks together, 1 to 127.
   */
  uint8_t modules;
  /*
   Words for parameters, timers and state, up to 32,767.
   */
  uint16_t words;
  /*
   Packets on their way, 2 or more.
   */
  uint16_t slots;
  /*
   Modules in C that compositions may name, besides those of the library; NULL where there are none.
   */
  const struct mbx_crime_module *const *own;
  /*
   How many, up to 64.
   */
  size_t own_count;
} mbx_crime_config;

/*
 What a composition takes of a network's memory: the numbers of `mbx_crime_config`.
 */
typedef struct mbx_crime_cost {
  /*
   `sizeof(mbx_crime_cost)`.
   */
  uint32_t size;
  /*
   Words for parameters, timers and state.
   */
  uint16_t words;
  /*
   Packets on their way.
   */
  uint16_t slots;
  /*
   Stacks.
   */
  uint8_t stacks;
  /*
   Modules.
   */
  uint8_t modules;
  /*
   0.
   */
  uint16_t reserved;
} mbx_crime_cost;

/*
 What the radio knows of a received frame.
 */
typedef struct mbx_crime_reception {
  /*
   `sizeof(mbx_crime_reception)`.
   */
  uint32_t size;
  /*
   Received signal strength, dBm.
   */
  int16_t rssi_dbm;
  /*
   Link quality indicator.
   */
  uint8_t lqi;
  /*
   0.
   */
  uint8_t reserved;
  /*
   Who transmitted it, where the framing is raw and the radio has addresses beside the frame; else 0.
   */
  uint16_t from;
  /*
   Whom it is for; 0 is everybody.
   */
  uint16_t to;
} mbx_crime_reception;

/*
 A frame to transmit.
 */
typedef struct mbx_crime_frame {
  /*
   `sizeof(mbx_crime_frame)`.
   */
  uint32_t size;
  /*
   Its channel.
   */
  uint16_t channel;
  /*
   This node, for a radio that writes the MAC header itself.
   */
  uint16_t from;
  /*
   Whom it is for; 0 is everybody.
   */
  uint16_t to;
  /*
   0.
   */
  uint16_t reserved;
  /*
   Its bytes.
   */
  size_t len;
} mbx_crime_frame;

/*
 Something for the application.
 */
typedef struct mbx_crime_event {
  /*
   `sizeof(mbx_crime_event)`.
   */
  uint32_t size;
  /*
   What: `MBX_CRIME_RECV`, `…_SENT`, `…_DROPPED`, `…_TIMED_OUT`, `…_READ_CHUNK` or `…_WRITE_CHUNK`.
   */
  uint8_t operation;
  /*
   Hops that the packet took, where the stack counts them.
   */
  uint8_t hops;
  /*
   Link quality of its last hop.
   */
  uint8_t lqi;
  /*
   0.
   */
  uint8_t reserved;
  /*
   Signal strength of its last hop, dBm.
   */
  int16_t rssi_dbm;
  /*
   The channel of the stack.
   */
  uint16_t channel;
  /*
   Where the packet comes from, if that is known: end to end where the stack has ends.
   */
  uint16_t from;
  /*
   Number of the chunk, for `MBX_CRIME_READ_CHUNK` and `MBX_CRIME_WRITE_CHUNK`.
   */
  uint16_t chunk;
  /*
   Bytes of the payload.
   */
  size_t len;
} mbx_crime_event;

/*
 What a stack has done since it was opened. Counts wrap.
 */
typedef struct mbx_crime_counts {
  /*
   `sizeof(mbx_crime_counts)`.
   */
  uint32_t size;
  /*
   Frames handed to the radio.
   */
  uint32_t frames_out;
  /*
   Frames that came in on the channel.
   */
  uint32_t frames_in;
  /*
   Packets given up, for want of a packet slot among other reasons.
   */
  uint32_t dropped;
} mbx_crime_counts;

/*
 A key that is trusted, and what it may do. It stays as it is for the life of the object that it is given to.
 */
typedef struct mbx_key {
  /*
   `sizeof(mbx_key)`.
   */
  uint32_t size;
  /*
   Kinds that it may sign, a sum: 1 script, 2 composition, 4 parameters, 8 command, 16 trust.
   */
  uint32_t kinds;
  /*
   Its id, 1 to 8 bytes: `motebox keygen` prints it.
   */
  const uint8_t *id;
  /*
   Bytes of `id`.
   */
  size_t id_len;
  /*
   The Ed25519 public key: 32 bytes.
   */
  const uint8_t *public_key;
  /*
   Container ids that it may sign: ids, or prefixes and `*`, with `,` between. NULL and 0: every id.
   */
  const uint8_t *ids;
  /*
   Bytes of `ids`.
   */
  size_t ids_len;
  /*
   The most that it may grant: a permissions map (`docs/spec/container.md`). NULL and 0: everything.
   */
  const uint8_t *grants;
  /*
   Bytes of `grants`.
   */
  size_t grants_len;
} mbx_key;

/*
 Whether `signature` (64 bytes) is the one of the public key (32 bytes) over the message: 0 no, anything else yes. It is
 asked only about what has passed Motebox's own guard.
 */
typedef int32_t (*mbx_verify)(void *user,
                              const uint8_t *public_key,
                              const uint8_t *message,
                              size_t message_len,
                              const uint8_t *signature);

/*
 What an envelope is told at its birth: whom the device trusts. Zero it, set `size`. The keys' texts stay as they are for
 the envelope's life; this struct and the array of keys need not.
 */
typedef struct mbx_envelope_config {
  /*
   `sizeof(mbx_envelope_config)`.
   */
  uint32_t size;
  /*
   Not 0: takes signatures for development, and no others.
   */
  uint32_t development;
  /*
   The trusted keys.
   */
  const struct mbx_key *keys;
  /*
   How many.
   */
  size_t key_count;
  /*
   Who computes Ed25519; optional (NULL) where the library has a verifier of its own.
   */
  mbx_verify verify;
  /*
   Handed to `verify`.
   */
  void *verify_user;
} mbx_envelope_config;

/*
 What a container says of itself. Pointers go into the envelope's memory, and are good until the next
 `mbx_envelope_begin`, `mbx_envelope_push` or `mbx_envelope_load`. Strings are not 0-terminated.
 */
typedef struct mbx_manifest {
  /*
   `sizeof(mbx_manifest)`, set by the caller.
   */
  uint32_t size;
  /*
   One of `MBX_KIND_…`.
   */
  uint8_t kind;
  /*
   One of `MBX_TARGET_…`.
   */
  uint8_t target_kind;
  /*
   How the payload is transmitted: 0 as it is, 1 DEFLATE, 2 DEFLATE with a dictionary.
   */
  uint8_t encoding;
  /*
   Who ends a trial well: 0 time, 1 the script, 2 an operator.
   */
  uint8_t policy;
  /*
   Of a command: 1 confirm, 2 revert, 3 stop, 4 delete; else 0.
   */
  uint8_t command;
  /*
   0.
   */
  uint8_t reserved[3];
  /*
   1 to 4,294,967,294.
   */
  uint32_t sequence;
  /*
   The sequence that parameters and commands are about; else 0.
   */
  uint32_t base;
  /*
   How long a trial lasts, in seconds; 0 without one.
   */
  uint32_t probation_s;
  /*
   Bytes of the payload as flash holds it; 0 without one.
   */
  uint32_t payload_len;
  /*
   Bytes of it as transmitted.
   */
  uint32_t transmitted_len;
  /*
   Where it begins in the container.
   */
  uint32_t payload_at;
  /*
   Limits on the heap in bytes; here and below, 0: the device's own.
   */
  uint32_t heap_bytes;
  /*
   Limit on the fuel for one event.
   */
  uint32_t fuel_per_event;
  /*
   Limit on timers at once.
   */
  uint32_t timers;
  /*
   Limit on the log in bytes.
   */
  uint32_t log_bytes;
  /*
   Limit on messages in a minute.
   */
  uint32_t messages_per_minute;
  /*
   Limit on payload bytes that are sent in a minute.
   */
  uint32_t bytes_per_minute;
  /*
   SHA-256 of the manifest: what names this container. Its first 12 bytes are the tag that the store remembers.
   */
  uint8_t digest[32];
  /*
   The container's id, 1 to 16 bytes.
   */
  const uint8_t *id;
  /*
   Bytes of `id`.
   */
  size_t id_len;
  /*
   The device's id or class, 1 to 16 bytes; NULL for any.
   */
  const uint8_t *target;
  /*
   Bytes of `target`.
   */
  size_t target_len;
  /*
   The id of the key that it says it was signed with.
   */
  const uint8_t *key_id;
  /*
   Bytes of `key_id`.
   */
  size_t key_id_len;
  /*
   SHA-256 of the payload as flash holds it, 32 bytes; NULL without one.
   */
  const uint8_t *payload_digest;
  /*
   Digests of the chunks of the payload as transmitted, 8 bytes for each 1,024; NULL where there is one chunk.
   */
  const uint8_t *chunks;
  /*
   Bytes of `chunks`.
   */
  size_t chunks_len;
  /*
   The permissions map, in CBOR (`docs/spec/container.md`, section 2.2); NULL when nothing is permitted.
   */
  const uint8_t *permissions;
  /*
   Bytes of `permissions`.
   */
  size_t permissions_len;
  /*
   The COSE_Sign1: what a store keeps, and `mbx_envelope_load` takes.
   */
  const uint8_t *sign1;
  /*
   Its bytes, `MBX_SIGN1_BYTES` at most.
   */
  size_t sign1_len;
} mbx_manifest;

/*
 The device, and the place in it that a container is for. What it points to is read during the call only.
 */
typedef struct mbx_place {
  /*
   `sizeof(mbx_place)`.
   */
  uint32_t size;
  /*
   Kinds that are taken there, a sum as in `mbx_key`.
   */
  uint32_t kinds;
  /*
   The container id of the place, 1 to 16 bytes: what was asked for. Another one is refused.
   */
  const uint8_t *id;
  /*
   Bytes of `id`.
   */
  size_t id_len;
  /*
   This device's id.
   */
  const uint8_t *device;
  /*
   Bytes of `device`.
   */
  size_t device_len;
  /*
   This device's class.
   */
  const uint8_t *class_name;
  /*
   Bytes of `class_name`.
   */
  size_t class_len;
  /*
   The largest payload that is taken, in bytes: `payload_max` of the flash.
   */
  uint32_t slot_bytes;
  /*
   The lowest sequence that may start; 0: any.
   */
  uint32_t floor;
  /*
   Sequence of the version that is there, which parameters and commands are about; 0: none.
   */
  uint32_t there;
  /*
   The sequence that was tried last under this id (`mbx_store_tried`); 0: none.
   */
  uint32_t tried;
  /*
   The first 12 bytes of the digest of the manifest that was tried. NULL when `tried` is 0.
   */
  const uint8_t *tried_tag;
} mbx_place;

/*
 What a new slot's header says. `mbx_envelope_header` fills it from a verified container; who has another way of signing
 fills it himself.
 */
typedef struct mbx_store_header {
  /*
   `sizeof(mbx_store_header)`.
   */
  uint32_t size;
  /*
   Sequence of the container.
   */
  uint32_t sequence;
  /*
   Bytes of the payload, as flash will hold it.
   */
  uint32_t payload_len;
  /*
   Must be 0.
   */
  uint32_t reserved;
  /*
   Container id, 1 to 16 bytes.
   */
  const uint8_t *id;
  /*
   Bytes of `id`.
   */
  size_t id_len;
  /*
   SHA-256 of the payload, as flash will hold it: 32 bytes.
   */
  const uint8_t *payload_digest;
  /*
   What is kept with it, 512 bytes at most: the signed manifest. **It stays until the operation is done.**
   */
  const uint8_t *manifest;
  /*
   Bytes of `manifest`.
   */
  size_t manifest_len;
} mbx_store_header;

/*
 How interrupts are kept away for some twenty instructions.
 */
typedef struct mbx_critical {
  /*
   `sizeof(mbx_critical)`.
   */
  uint32_t size;
  /*
   Handed to both functions.
   */
  void *user;
  /*
   Keeps interrupts (and, where there are, other threads that use the queue) away; returns what `leave` needs to know.
   On a Cortex-M0: reads PRIMASK, then sets it. Interrupts may be off already; sections of one queue are never nested.
   */
  uint32_t (*enter)(void *user);
  /*
   Undoes `enter`, whose answer it gets: interrupts come back only if they were not off before.
   */
  void (*leave)(void *user, uint32_t before);
} mbx_critical;

/*
 NOR flash: callbacks for leaf work. They answer when the flash is done, and none may call the object whose flash it is
 (`MBX_E_BUSY`). 0 means done, anything else that the flash failed. The table stays as it is for the object's life.
 */
typedef struct mbx_flash {
  /*
   `sizeof(mbx_flash)`.
   */
  uint32_t size;
  /*
   Write unit in bytes: a power of two, 1 to 64. Between two erases each unit is programmed once.
   */
  uint32_t write_size;
  /*
   Erase block in bytes: a power of two, 64 at least.
   */
  uint32_t erase_size;
  /*
   Bytes of flash; offsets are 0 to `capacity` - 1.
   */
  uint32_t capacity;
  /*
   First byte of the region that belongs to Motebox: a multiple of `erase_size`.
   */
  uint32_t base;
  /*
   Largest payload of a container in bytes. Changing it makes what is in flash unreadable.
   */
  uint32_t payload_max;
  /*
   The whole flash as memory, byte 0 at offset 0, where it is mapped: then scripts' literals stay in flash and take no
   heap. NULL: it is read through `read` only. While a call is in the object, nothing in it changes but through `program` and
   `erase`.
   */
  const uint8_t *mapped;
  /*
   Handed to all callbacks.
   */
  void *user;
  /*
   Reads `len` bytes at any offset.
   */
  int32_t (*read)(void *user, uint32_t offset, uint8_t *to, size_t len);
  /*
   Programs whole write units.
   */
  int32_t (*program)(void *user, uint32_t offset, const uint8_t *from, size_t len);
  /*
   Erases whole blocks, from `from` up to `to`, which is not erased.
   */
  int32_t (*erase)(void *user, uint32_t from, uint32_t to);
} mbx_flash;

/*
 One device, as [`mbx_board::list`] describes it. The node zeroes it before it asks.
 */
typedef struct mbx_device {
  /*
   `sizeof(mbx_device)`, set by the node.
   */
  uint32_t size;
  /*
   What kind it is: the operating system's own number, as in [`mbx_board::classes`].
   */
  uint8_t kind;
  /*
   Power of ten that writes are to have: a script's `write(2.5)` at -1 arrives as 25.
   */
  int8_t write_scale;
  /*
   Values in `safe`, 1 to 3, that the device is set to when the script that wrote it ends; 0: it stays as it is.
   */
  uint8_t safe_count;
  /*
   Must be 0.
   */
  uint8_t reserved;
  /*
   The safe values, at `write_scale`.
   */
  int16_t safe[3];
  /*
   What scripts call it: `saul.get_by_name("brightness")`. Not 0-terminated. The bytes stay until the next call of
   `list`.
   */
  const uint8_t *name;
  /*
   Bytes of the name.
   */
  size_t name_len;
} mbx_device;

/*
 The board: callbacks for leaf work that answers at once. None may wait, and none may call the node: that is
 `MBX_E_BUSY`. The table and what it points to stay as they are for the node's life.
 */
typedef struct mbx_board {
  /*
   `sizeof(mbx_board)`.
   */
  uint32_t size;
  /*
   Handed to all callbacks.
   */
  void *user;
  /*
   Describes device number `device` in `out`: 0, or anything else when there are no more. Numbers begin at 0 without
   gaps; of two devices of one name or kind the first is found. So a logical name ("brightness") comes before the
   operating system's own name of the same device.
   */
  int32_t (*list)(void *user, uint16_t device, struct mbx_device *out);
  /*
   Reads one axis (0 to 2): the value, and the power of ten it is multiplied with. 0, one of `MBX_DEVICE_…`, or a
   negative number of the driver's own, -32768 to -1, which the script sees.
   */
  int32_t (*read)(void *user, uint16_t device, uint8_t axis, int16_t *value, int8_t *scale);
  /*
   Writes `count` (1 to 3) values at the device's `write_scale`. Answers as `read`.
   */
  int32_t (*write)(void *user, uint16_t device, const int16_t *values, uint8_t count, int8_t scale);
  /*
   A piece of a line that this container printed, or that the node says of it; the last piece of each line ends with
   LF. Not 0-terminated. NULL: lines are only in the container's own log.
   */
  void (*log)(void *user, const uint8_t *container, size_t container_len, const uint8_t *piece, size_t piece_len);
  /*
   Whether a peer may read scripts, logs and the long status: 0 no, anything else yes. `security` is one of
   `MBX_SECURITY_…`, `identity` what the transport proved. NULL: every secured peer may.
   */
  int32_t (*may_read)(void *user, uint32_t security, const uint8_t *identity, size_t identity_len);
  /*
   The operating system's numbers of the kinds of devices: `MBX_CLASSES` bytes in the order of `MBX_CLASS_…`,
   `MBX_CLASS_NONE` for a kind that it does not have. NULL: the `MBX_CLASS_…` are the numbers.
   */
  const uint8_t *classes;
  /*
   Measures the energy on a radio channel in dBm: 0, or anything else where the radio cannot (now). It may take some
   milliseconds; receiving goes on afterwards on the channel that it was on. NULL: it cannot be measured. This and the
   two below are called by an archive with the feature `stacks`, for scripts that were granted the channel.
   */
  int32_t (*radio_energy)(void *user, uint8_t channel, int16_t *dbm);
  /*
   Sets the transmit power to `*dbm` or the nearest one below that the radio has, and puts what was set into `*dbm`: 0, or
   anything else where it cannot. NULL: it cannot be set.
   */
  int32_t (*radio_power)(void *user, int8_t *dbm);
  /*
   Tunes the radio to a channel (IEEE 802.15.4: 0 to 26): 0, or anything else where it cannot. NULL: it cannot be tuned.
   */
  int32_t (*radio_channel)(void *user, uint8_t channel);
} mbx_board;

/*
 Memory for one container's engine.
 */
typedef struct mbx_arena {
  /*
   `sizeof(mbx_arena)`.
   */
  uint32_t size;
  /*
   The memory, at any address.
   */
  void *memory;
  /*
   Its bytes. Scripts of some 1,000 B need about 2,500.
   */
  size_t len;
} mbx_arena;

/*
 What a node is told at its birth. Zero it, set `size`, and fill in what the comments do not call optional. All that it
 points to, but not the struct itself, stays as it is for the node's life.
 */
typedef struct mbx_node_config {
  /*
   `sizeof(mbx_node_config)`.
   */
  uint32_t size;
  /*
   Not 0: takes signatures for development, and no others.
   */
  uint8_t development;
  /*
   Not 0: scripts, logs and the long status are shown to everybody. For a desk.
   */
  uint8_t open_read;
  /*
   Must be 0.
   */
  uint16_t reserved;
  /*
   This device's id, 1 to 16 bytes: what a manifest's target may name.
   */
  const uint8_t *device;
  /*
   Bytes of `device`.
   */
  size_t device_len;
  /*
   This device's class, 1 to 16 bytes.
   */
  const uint8_t *class_name;
  /*
   Bytes of `class_name`.
   */
  size_t class_len;
  /*
   The trusted keys.
   */
  const struct mbx_key *keys;
  /*
   How many.
   */
  size_t key_count;
  /*
   Who computes Ed25519; optional (NULL) where the library has a verifier of its own.
   */
  mbx_verify verify;
  /*
   Handed to `verify`.
   */
  void *verify_user;
  /*
   The flash.
   */
  const struct mbx_flash *flash;
  /*
   The board.
   */
  const struct mbx_board *board;
  /*
   The arenas, one for each container.
   */
  const struct mbx_arena *arenas;
  /*
   How many: `MBX_CONTAINERS`.
   */
  size_t arena_count;
  /*
   The container id that `/riot/script` stands for; optional.
   */
  const uint8_t *alias;
  /*
   Bytes of `alias`.
   */
  size_t alias_len;
  /*
   Random bits of this boot, for message ids, tokens and Echo.
   */
  uint64_t seed;
  /*
   How long a script's request may wait for its answer, in microseconds; 0: 10 seconds.
   */
  uint64_t request_timeout_us;
  /*
   The largest datagram that the system can take, in bytes; 0: 1280. Larger blocks are told the size that fits.
   */
  uint32_t max_request_bytes;
  /*
   Fuel of one slice of a script, that is of one poll; 0: 4000.
   */
  uint32_t slice_fuel;
  /*
   Fuel for one event of a script; 0: 2,000,000.
   */
  uint32_t fuel_per_event;
  /*
   Bytes that a container may print in a minute; 0: 4096.
   */
  uint32_t log_bytes_per_minute;
  /*
   Requests that a container may send in a minute; 0: 60.
   */
  uint32_t messages_per_minute;
  /*
   Payload bytes that a container may send in a minute; 0: 4096.
   */
  uint32_t bytes_per_minute;
  /*
   Boots as the firmware counts them, the first is 1, for the status; 0: it does not count.
   */
  uint32_t boots;
} mbx_node_config;

/*
 What a container does, at one moment.
 */
typedef struct mbx_container {
  /*
   `sizeof(mbx_container)`, set by the caller.
   */
  uint32_t size;
  /*
   0 empty, 1 receiving, 2 stored, 3 trial, 4 confirmed, 5 failed, 6 stopped.
   */
  uint8_t state;
  /*
   Bytes of `id`; 0 for a place that no container was bound to.
   */
  uint8_t id_len;
  /*
   0.
   */
  uint16_t reserved;
  /*
   The container's id, not 0-terminated.
   */
  uint8_t id[16];
  /*
   Sequence of the container that the resource shows; 0 without one.
   */
  uint32_t sequence;
  /*
   Bytes of its arena.
   */
  uint32_t arena_bytes;
  /*
   Bytes of the arena in use.
   */
  uint32_t used_bytes;
  /*
   The most that was ever in use since its engine was set up.
   */
  uint32_t high_water_bytes;
  /*
   Fuel burnt since its engine was set up.
   */
  uint64_t fuel;
} mbx_container;

/*
 A datagram that came in, with its circumstances. What it points to is read during the call only.
 */
typedef struct mbx_request {
  /*
   `sizeof(mbx_request)`.
   */
  uint32_t size;
  /*
   One of `MBX_SECURITY_…`.
   */
  uint32_t security;
  /*
   The CoAP message, as much of it as was received.
   */
  const uint8_t *datagram;
  /*
   Bytes of `datagram`.
   */
  size_t datagram_len;
  /*
   Its length on the air, when the system had to cut it; 0: `datagram_len`.
   */
  size_t sent_len;
  /*
   Who sent it (address, port, interface…), in any form of at most `MBX_ENDPOINT_BYTES` bytes that is the same for the
   same peer.
   */
  const uint8_t *endpoint;
  /*
   Bytes of `endpoint`.
   */
  size_t endpoint_len;
  /*
   The identity that the transport proved; NULL and 0 without security.
   */
  const uint8_t *identity;
  /*
   Bytes of `identity`.
   */
  size_t identity_len;
  /*
   Not 0: it was sent to a multicast address.
   */
  uint8_t multicast;
  /*
   Not 0: it comes from this very device.
   */
  uint8_t from_self;
  /*
   Must be 0.
   */
  uint16_t reserved;
  /*
   The largest answer that the system can send to this peer, in bytes; 0: as large as the buffer for it.
   */
  uint32_t answer_max;
} mbx_request;

/*
 A request of a script, to be sent.
 */
typedef struct mbx_outgoing {
  /*
   `sizeof(mbx_outgoing)`, set by the caller.
   */
  uint32_t size;
  /*
   The CoAP method: 1 GET, 2 POST, 3 PUT, 4 DELETE.
   */
  uint8_t method;
  /*
   1: `coaps`, it must go over DTLS.
   */
  uint8_t secure;
  /*
   UDP port.
   */
  uint16_t port;
  /*
   Names the request when it is completed.
   */
  uint64_t id;
  /*
   IPv6 address; IPv4 as `::ffff:a.b.c.d`.
   */
  uint8_t address[16];
} mbx_outgoing;

/*
 A parsed CoAP message; pointers go into the datagram.
 */
typedef struct mbx_message {
  /*
   `sizeof(mbx_message)`, set by the caller.
   */
  uint32_t size;
  /*
   0 CON, 1 NON, 2 ACK, 3 RST.
   */
  uint8_t kind;
  /*
   The code: class in the upper three bits, detail in the lower five.
   */
  uint8_t code;
  /*
   Message id.
   */
  uint16_t id;
  /*
   The token.
   */
  const uint8_t *token;
  /*
   Bytes of the token, 0 to 8.
   */
  size_t token_len;
  /*
   The payload.
   */
  const uint8_t *payload;
  /*
   Bytes of the payload.
   */
  size_t payload_len;
} mbx_message;

/*
 One name that scripts find: `print`, `timer.now`, or a method of a kind of host object. Names are UTF-8 and not names that
 the engine has itself (`get`, `length`, `log`).
 */
typedef struct mbx_native {
  /*
   `sizeof(mbx_native)`.
   */
  uint32_t size;
  /*
   One of `MBX_NATIVE_…`.
   */
  uint8_t kind;
  /*
   Not 0: it is a method of host objects of this class, 1 to 31, and `object` is empty.
   */
  uint8_t class_id;
  /*
   Fewer arguments than this are a TypeError.
   */
  uint8_t required;
  /*
   `MBX_TYPE_…` of all arguments behind `types`.
   */
  uint8_t rest;
  /*
   The global object in which it stands (`timer`); NULL and 0: it is a global itself.
   */
  const uint8_t *object;
  /*
   Bytes of `object`.
   */
  size_t object_len;
  /*
   Its name.
   */
  const uint8_t *name;
  /*
   Bytes of `name`.
   */
  size_t name_len;
  /*
   What the callback is told.
   */
  uint16_t id;
  /*
   A second number for the callback, for functions that differ little: `mbx_call_index`.
   */
  uint16_t index;
  /*
   The value of a number.
   */
  int32_t number;
  /*
   `MBX_TYPE_…` of the first arguments.
   */
  const uint8_t *types;
  /*
   How many.
   */
  size_t type_count;
} mbx_native;

/*
 A native function: `id` is the one of the table. It may not wait, and may not call `mbx_script_*` with the script that it
 is called from (`MBX_E_BUSY`). It answers through `mbx_call_…`, and must not leave by `longjmp`.
 */
typedef void (*mbx_native_callback)(void *user, uint16_t id, struct mbx_call *call);

/*
 Tells that a call that wanted to wait with this token cannot: there are two already, or it is too deep. It threw instead.
 */
typedef void (*mbx_dropped_callback)(void *user, uint32_t token);

/*
 What a script's engine is told at its birth. Zero it, set `size`, and fill in what is not called optional. The texts and
 types that `natives` point to stay as they are for the engine's life; the struct and the table itself need not.
 */
typedef struct mbx_script_config {
  /*
   `sizeof(mbx_script_config)`.
   */
  uint32_t size;
  /*
   The seed of `Math.random`.
   */
  uint32_t seed;
  /*
   The engine's memory, at any address: values, stack, compiler, everything.
   */
  void *arena;
  /*
   Its bytes; 256 kB of it are used at most.
   */
  size_t arena_len;
  /*
   What scripts find besides the language; optional.
   */
  const struct mbx_native *natives;
  /*
   How many.
   */
  size_t native_count;
  /*
   Runs the native functions; optional where there are none.
   */
  mbx_native_callback call;
  /*
   Is told of calls that cannot wait after all; optional.
   */
  mbx_dropped_callback dropped;
  /*
   Handed to both.
   */
  void *user;
} mbx_script_config;

/*
 A value that C hands to a script.
 */
typedef struct mbx_value {
  /*
   `sizeof(mbx_value)`.
   */
  uint32_t size;
  /*
   `MBX_UNDEFINED` to `MBX_TEXT`.
   */
  uint32_t kind;
  /*
   Of a number, or not 0 for `true`.
   */
  double number;
  /*
   Of a string; bytes that are not UTF-8 become U+FFFD. Copied during the call. Not what `mbx_call_text` gave: that moves
   when the engine makes room.
   */
  const uint8_t *text;
  /*
   Bytes of `text`.
   */
  size_t text_len;
} mbx_value;

/*
 What an engine holds.
 */
typedef struct mbx_memory {
  /*
   `sizeof(mbx_memory)`, set by the caller.
   */
  uint32_t size;
  /*
   Bytes of the arena that the engine uses.
   */
  uint32_t arena_bytes;
  /*
   Bytes in use now, garbage included.
   */
  uint32_t used_bytes;
  /*
   The most that was ever in use.
   */
  uint32_t high_water_bytes;
  /*
   Functions that are kept.
   */
  uint32_t roots;
  /*
   Activations that wait.
   */
  uint32_t waiting;
  /*
   Fuel burnt.
   */
  uint64_t fuel;
} mbx_memory;

/*
 What is known of a slot.
 */
typedef struct mbx_slot {
  /*
   `sizeof(mbx_slot)`, set by the caller.
   */
  uint32_t size;
  /*
   One of `MBX_SLOT_…`.
   */
  uint8_t state;
  /*
   Why it failed (`docs/spec/lifecycle.md`, section 3); 0 when a power cut tore that, or when it did not fail.
   */
  uint8_t reason;
  /*
   Bytes of `id`; 0 for a pair that no id is bound to.
   */
  uint8_t id_len;
  /*
   0.
   */
  uint8_t reserved;
  /*
   The container id of the pair, not 0-terminated.
   */
  uint8_t id[16];
  /*
   Sequence of the container.
   */
  uint32_t sequence;
  /*
   Bytes of its payload.
   */
  uint32_t payload_len;
  /*
   Bytes of its manifest.
   */
  uint32_t manifest_len;
  /*
   Which of a pair's slots is newer: the one with the higher number.
   */
  uint32_t generation;
  /*
   Where its payload lies in flash: for flash that is mapped.
   */
  uint32_t payload_at;
  /*
   SHA-256 of the payload, as the header has it; zeros for an empty slot.
   */
  uint8_t payload_digest[32];
} mbx_slot;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 Puts the time in microseconds into `*now`, when a counter of 32 bits at 1 MHz shows `counter`. It must be asked at least
 once in every wrap of the counter, that is in 71 minutes.

 Context: the one thread that the clock belongs to. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `clock`.

 # Safety
 The pointers are NULL or point to what their types say.
 */
int32_t mbx_clock32_us(struct mbx_clock32 *clock,
                       uint32_t counter,
                       uint64_t *now);

/*
 Puts the bytes of memory that a network of this configuration takes into `*needed`, wherever the memory begins. Only the
 numbers are looked at. `MBX_CRIME_SIZE(stacks, modules, words, slots, own)` are enough.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of the configuration, `MBX_E_CRIME_CONFIG`.

 # Safety
 The pointers are NULL or point to what their types say.
 */
int32_t mbx_crime_size(const struct mbx_crime_config *config,
                       size_t *needed);

/*
 Makes the network of one node in `memory` of `len` bytes, at any address, and puts it into `*crime`. It has no stacks yet:
 `mbx_crime_compose`.

 The memory is the network's until it is used no more; there is nothing to free. The modules of `config->own`, and what they
 point to, stay as they are for the network's life; the configuration need not.

 Context: the one thread that will use the network. Does not block. Errors: `MBX_E_NULL`; `MBX_E_SIZE` for memory that is too
 small, or the `size` of a struct; `MBX_E_CRIME_CONFIG`, `MBX_E_CRIME_MODULE`.

 # Safety
 The pointers are NULL or point to what their types say; `memory` has `len` bytes, and `config->own` as many pointers as it
 says.
 */
int32_t mbx_crime_init(void *memory,
                       size_t len,
                       const struct mbx_crime_config *config,
                       struct mbx_crime **crime);

/*
 Exchanges all stacks for those of a composition message (`docs/spec/composition.md`): prepared beside the old ones, checked as
 a whole, and switched to in one step. The old ones get two seconds to finish what they have begun, and are closed. When the
 message is refused, the old ones go on. `now`: microseconds, as everywhere.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`; `MBX_E_COMPOSITION_…`, of which `mbx_crime_detail` tells more.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `message` is NULL or has `len` bytes.
 */
int32_t mbx_crime_compose(struct mbx_crime *crime,
                          uint64_t now,
                          const uint8_t *message,
                          size_t len);

/*
 Whether `mbx_crime_compose` would take this message, as far as that is known before its modules are opened, and what it would
 take of the memory. Nothing changes, but a composition that is still draining ends.

 Context: the one thread that uses the network. Does not block. Errors: as `mbx_crime_compose`; `MBX_E_SIZE` also for the
 `size` of `cost`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `message` is NULL or has `len` bytes; `cost` is NULL or points to what its type
 says.
 */
int32_t mbx_crime_check(struct mbx_crime *crime,
                        uint64_t now,
                        const uint8_t *message,
                        size_t len,
                        struct mbx_crime_cost *cost);

/*
 Ends all stacks, as when a composition takes their place. What they still receive is left alone.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`.
 */
int32_t mbx_crime_dissolve(struct mbx_crime *crime, uint64_t now);

/*
 Puts the offending module of the last refused composition, counted over all its stacks from 0, into `*module`, and the number
 that matters (`docs/spec/composition.md`, section 4) into `*value`. For what is no module, `*module` is the number of those
 before it.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `module` and `value` are NULL or can be written.
 */
int32_t mbx_crime_detail(struct mbx_crime *crime,
                         uint8_t *module,
                         uint32_t *value);

/*
 Puts the time, in microseconds, into `*now`.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `now` is NULL or can be written.
 */
int32_t mbx_crime_call_now(struct mbx_crime_call *call, uint64_t *now);

/*
 Puts a parameter, by index, into `*value`; it is within its range.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.

 # Safety
 `call` is NULL or what the running callback was given; `value` is NULL or can be written.
 */
int32_t mbx_crime_call_param(struct mbx_crime_call *call, uint8_t index, uint32_t *value);

/*
 Puts the words of this instance's state into `*words`, and how many they are into `*count`: as many as the descriptor
 says, all 0 when the module is opened. They are good until the next `mbx_crime_call_…` of this callback; what is written
 there stays for the next operation.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `words` and `count` are NULL or can be written.
 */
int32_t mbx_crime_call_state(struct mbx_crime_call *call,
                             uint32_t **words,
                             size_t *count);

/*
 Starts a timer, or sets it anew: it expires once, `after_us` microseconds from now.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_arm(struct mbx_crime_call *call, uint8_t timer, uint64_t after_us);

/*
 Stops a timer.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_disarm(struct mbx_crime_call *call, uint8_t timer);

/*
 Puts the number of the timer that expired, for `MBX_CRIME_TIMER`, into `*timer`.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `timer` is NULL or can be written.
 */
int32_t mbx_crime_call_timer(struct mbx_crime_call *call, uint8_t *timer);

/*
 Puts 1 into `*merged` when the walk came out of a stack that is merged into this module, else 0.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `merged` is NULL or can be written.
 */
int32_t mbx_crime_call_merged(struct mbx_crime_call *call, uint8_t *merged);

/*
 Puts a number from 0 to `below` - 1 into `*value`; 0 when `below` is 0. Good enough to spread packets, and not for
 secrets.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `value` is NULL or can be written.
 */
int32_t mbx_crime_call_random(struct mbx_crime_call *call, uint32_t below, uint32_t *value);

/*
 Puts an attribute of the packet (`MBX_CRIME_SENDER`, …) into `*value`; 0 when the packet has it not.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.

 # Safety
 `call` is NULL or what the running callback was given; `value` is NULL or can be written.
 */
int32_t mbx_crime_call_get(struct mbx_crime_call *call, uint8_t attribute_no, uint16_t *value);

/*
 Sets an attribute of the packet.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_set(struct mbx_crime_call *call, uint8_t attribute_no, uint16_t value);

/*
 Puts where the packet's payload lies into `*payload`, and its bytes into `*len`; good until the next `mbx_crime_call_…` of
 this callback.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `payload` and `len` are NULL or can be written.
 */
int32_t mbx_crime_call_payload(struct mbx_crime_call *call,
                               const uint8_t **payload,
                               size_t *len);

/*
 Makes these bytes the packet's payload; attributes stay.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_PAYLOAD`, `MBX_E_OVERLAP` for
 bytes that lie in the packet.

 # Safety
 `call` is NULL or what the running callback was given; `payload` is NULL or has `len` bytes.
 */
int32_t mbx_crime_call_set_payload(struct mbx_crime_call *call, const uint8_t *payload, size_t len);

/*
 Puts these bytes before the packet's payload, as a header of the module's own.

 Context: the callback that got `call`. Does not block. Errors: as `mbx_crime_call_set_payload`.

 # Safety
 `call` is NULL or what the running callback was given; `header` is NULL or has `len` bytes.
 */
int32_t mbx_crime_call_push(struct mbx_crime_call *call, const uint8_t *header, size_t len);

/*
 Takes the first `len` bytes of the payload away.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`; `MBX_E_CRIME_PAYLOAD` when there are fewer,
 and none is taken.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_pull(struct mbx_crime_call *call,
                            size_t len);

/*
 Keeps a copy of the packet, in place of the one kept before.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_SLOT`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_hold(struct mbx_crime_call *call);

/*
 Makes the packet kept the current one, and goes on keeping it. `MBX_EMPTY`: there is none.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_recall(struct mbx_crime_call *call);

/*
 Keeps no packet any more. `MBX_EMPTY`: there was none.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_release(struct mbx_crime_call *call);

/*
 Begins another walk from this module with a copy of the packet, after the present one: `MBX_CRIME_TURN(operation)` or
 `MBX_CRIME_INTO(operation)`.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER` for any other answer,
 `MBX_E_CRIME_SLOT`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_spawn(struct mbx_crime_call *call, int32_t answer);

/*
 Leaves a copy of the packet, or an outcome, for the application (`mbx_crime_next_event`): what the top of a stack does
 with the operations that go up.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_CRIME_NUMBER` for an operation that
 goes down, `MBX_E_CRIME_SLOT`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_crime_call_deliver(struct mbx_crime_call *call, uint8_t operation);

/*
 Takes in a frame from the radio. A frame that is refused has changed nothing, and is an everyday thing.

 Context: the one thread that uses the network. Does not block: a bounded number of module calls. Errors: `MBX_E_NULL`,
 `MBX_E_SIZE`, `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_CRIME_FRAMING`, `MBX_E_CRIME_NOT_FOR_US`, `MBX_E_CRIME_LENGTH`,
 `MBX_E_CRIME_CHANNEL`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `frame` is NULL or has `len` bytes; `reception` is NULL or points to what its type
 says.
 */
int32_t mbx_crime_receive(struct mbx_crime *crime,
                          uint64_t now,
                          const uint8_t *frame,
                          size_t len,
                          const struct mbx_crime_reception *reception);

/*
 Sends a payload through the stack on `channel` to a node or, with `to` 0, to whom the stack's parameters say. What becomes of
 it is an event later. `chunk` is its number where `MBX_CRIME_READ_CHUNK` has asked for it, else 0.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_CRIME_CHANNEL`, `MBX_E_CRIME_PAYLOAD`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `payload` is NULL or has `len` bytes.
 */
int32_t mbx_crime_send(struct mbx_crime *crime,
                       uint64_t now,
                       uint16_t channel,
                       uint16_t to,
                       uint16_t chunk,
                       const uint8_t *payload,
                       size_t len);

/*
 Does what is due, and puts the time when it wants to be called again into `*next`: `MBX_CRIME_NEVER` when not before something
 else happens; `now` or before: at once. Every other call may bring that time forward, so it is asked again after each.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `next` is NULL or can be written.
 */
int32_t mbx_crime_poll(struct mbx_crime *crime,
                       uint64_t now,
                       uint64_t *next);

/*
 Takes the next frame for the radio out: its bytes go to `out`, which has `MBX_CRIME_FRAME_BYTES` at least, and what else there
 is to know to `*frame`. `MBX_EMPTY`: there is none. The frame before counts as transmitted, unless `mbx_crime_frame_done` has
 said otherwise.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `out` is NULL or has `cap` bytes; `frame` is NULL or points to what its type says.
 */
int32_t mbx_crime_next_frame(struct mbx_crime *crime,
                             uint64_t now,
                             uint8_t *out,
                             size_t cap,
                             struct mbx_crime_frame *frame);

/*
 Says what became of the frame that `mbx_crime_next_frame` gave last: `sent` is 0 when the MAC gave it up (no acknowledgement,
 no free channel), anything else when it was on the air. Does nothing when there is none.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`.
 */
int32_t mbx_crime_frame_done(struct mbx_crime *crime,
                             uint64_t now,
                             uint32_t sent);

/*
 Takes the next event for the application out: a payload goes to `payload` (as much as fits: `len` of the event is all of it,
 and `MBX_CRIME_PACKET_BYTES` are always enough), the rest to `*event`. `MBX_EMPTY`: there is none.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `payload` is NULL or has `cap` bytes; `event` is NULL or points to what its type
 says.
 */
int32_t mbx_crime_next_event(struct mbx_crime *crime,
                             uint8_t *payload,
                             size_t cap,
                             struct mbx_crime_event *event);

/*
 Puts what the running stack on `channel` has done into `*stats`.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_CRIME_CHANNEL`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `stats` is NULL or points to what its type says.
 */
int32_t mbx_crime_stats(struct mbx_crime *crime, uint16_t channel, struct mbx_crime_counts *stats);

/*
 Copies the state of a running module, by the channel of its stack and its registry id, to `words`, which has room for `cap`
 of 32 bits, and puts how many there are into `*count`. `MBX_EMPTY`: there is no such module, or it has no state. What the words
 hold, the module says.

 Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
 `MBX_E_SIZE` when there are more than `cap`.

 # Safety
 `crime` is NULL or from `mbx_crime_init`; `words` is NULL or has room for `cap` words; `count` is NULL or can be written.
 */
int32_t mbx_crime_state(struct mbx_crime *crime,
                        uint16_t channel,
                        uint8_t id,
                        uint32_t *words,
                        size_t cap,
                        size_t *count);

/*
 Puts the bytes of memory that an envelope of this configuration takes into `*needed`, wherever the memory begins.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `config`.

 # Safety
 The pointers are NULL or point to what their types say.
 */
int32_t mbx_envelope_size(const struct mbx_envelope_config *config, size_t *needed);

/*
 Makes an envelope in `memory` of `len` bytes, at any address, and puts it into `*envelope`. It expects a container in
 binary form. The memory is the envelope's until it is used no more; there is nothing to free.

 Context: the one thread that will use it. Does not block.

 Errors: `MBX_E_NULL` for a pointer that must be; `MBX_E_SIZE` for memory that is too small (`mbx_envelope_size` tells) or the
 `size` of a struct; `MBX_E_ENVELOPE_VERIFIER`, `MBX_E_ENVELOPE_GRANTS`, `MBX_E_ENVELOPE_KINDS`.

 # Safety
 The pointers are NULL or point to what their types say, and the keys' texts stay for the envelope's life.
 */
int32_t mbx_envelope_init(void *memory,
                          size_t len,
                          const struct mbx_envelope_config *config,
                          struct mbx_envelope **envelope);

/*
 Forgets what was read: a container begins, in form `MBX_FORM_BINARY` or `MBX_FORM_TEXT`. All pointers that
 `mbx_envelope_manifest` and `mbx_envelope_header` gave end here.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_ENVELOPE_FORM`.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`.
 */
int32_t mbx_envelope_begin(struct mbx_envelope *envelope, uint32_t form);

/*
 Takes the next piece of the container, of any length, and puts how much of it belonged to the header into `*used`.
 `MBX_MORE`: all of it, and the header goes on. `MBX_OK`: the header is whole; what follows in the piece is payload.

 Nothing of it is trusted before `mbx_envelope_verify`; whatever was verified before is no more.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
 `MBX_E_COSE_…`, `MBX_E_MANIFEST_…`, `MBX_E_FORM_…`: it is refused, and stays so until `mbx_envelope_begin`.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `piece` is NULL or has `len` bytes; `used` is NULL or can be written.
 */
int32_t mbx_envelope_push(struct mbx_envelope *envelope, const uint8_t *piece, size_t len, size_t *used);

/*
 Takes a whole header as the store keeps it (`mbx_store_manifest`): the COSE_Sign1 of a container, without its payload.
 Like `mbx_envelope_begin` and a `mbx_envelope_push` that is answered with `MBX_OK`.

 Context: the one thread that uses the envelope. Does not block. Errors as `mbx_envelope_push`.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `sign1` is NULL or has `len` bytes.
 */
int32_t mbx_envelope_load(struct mbx_envelope *envelope, const uint8_t *sign1, size_t len);

/*
 Compares payload bytes, as transmitted and in order, with the digests of their chunks (1,024 B each). `offset` is the
 place of the first of them, 0 at the beginning. A payload of one chunk has no digests: then only its length is checked.

 A chunk that is wrong shows at its end, when earlier pieces of it may be in flash already: `mbx_store_abandon` the
 reception, or compare a whole chunk before any of it is stored.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
 `MBX_E_ENVELOPE_OFFSET` for another offset than the next; `MBX_E_PAYLOAD_TOO_LONG` (nothing was taken),
 `MBX_E_PAYLOAD_CHUNK` (the next offset is the beginning of that chunk); `MBX_E_FORM_TRAILING` for a command, which has no
 payload; those of `mbx_envelope_push` without a whole header.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `from` is NULL or has `len` bytes.
 */
int32_t mbx_envelope_payload(struct mbx_envelope *envelope,
                             uint32_t offset,
                             const uint8_t *from,
                             size_t len);

/*
 Goes back, or on after a power cut: bytes before `offset` were compared before. Puts the place where the chunk begins
 into `*start`: the next offset for `mbx_envelope_payload`.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `start` is NULL or can be written.
 */
int32_t mbx_envelope_resume(struct mbx_envelope *envelope, uint32_t offset, uint32_t *start);

/*
 Takes payload bytes as they lie in flash, in order, to be compared with what was signed: all of them, from offset 0 on,
 which begins anew; then `mbx_envelope_readback_end`.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_ENVELOPE_OFFSET` for another offset than 0 or the next.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `from` is NULL or has `len` bytes.
 */
int32_t mbx_envelope_readback(struct mbx_envelope *envelope, uint32_t offset, const uint8_t *from, size_t len);

/*
 Says whether what was read back is the payload that was signed: only then `mbx_store_commit`, at an update; only then start
 it, at a boot.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`;
 `MBX_E_PAYLOAD_TOO_LONG`, `MBX_E_PAYLOAD_TOO_SHORT`, `MBX_E_PAYLOAD_DIGEST`, `MBX_E_FORM_SECOND_HEADER`;
 `MBX_E_REFUSED_KIND` for a command, which has no payload; those of `mbx_envelope_push` without a whole header.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`.
 */
int32_t mbx_envelope_readback_end(struct mbx_envelope *envelope);

/*
 Puts what the last refusal (a number below -1100) carries into `*value`, and the limit or expectation beside it into
 `*limit`; 0 where there is none. `docs/spec/container.md`, section 6, says what it is for each number.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; the others are NULL or can be written.
 */
int32_t mbx_envelope_detail(struct mbx_envelope *envelope, uint32_t *value, uint32_t *limit);

/*
 Writes what the header says into `*manifest`, whose `size` the caller has set. **Nobody vouches for it before
 `mbx_envelope_verify`.** After `mbx_envelope_load`, `payload_at` is the one of the binary form.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `manifest`,
 `MBX_E_BUSY`, `MBX_E_OBJECT`; those of `mbx_envelope_push` without a whole header.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `manifest` is NULL or a struct of the size that it says.
 */
int32_t mbx_envelope_manifest(struct mbx_envelope *envelope, struct mbx_manifest *manifest);

/*
 The checks of `docs/spec/container.md`, section 4, in their order, but not the signature: cheap enough for anybody.
 `MBX_OK`, or `MBX_REPEATED`: this very manifest was tried before, and there is nothing to do. Compressed payloads are
 refused (`MBX_E_REFUSED_ENCODING`): nothing here undoes them.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `place`,
 `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_ENVELOPE_KINDS`, `MBX_E_REFUSED_…`; those of `mbx_envelope_push` without a whole
 header.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `place` is NULL or as its type says.
 */
int32_t mbx_envelope_check(struct mbx_envelope *envelope, const struct mbx_place *place);

/*
 The checks of `mbx_envelope_check`, and then the signature: who is answered `MBX_OK` may change flash for this container.
 `MBX_REPEATED` as there, the signature is right then too. What is verified is so until the next `mbx_envelope_begin`,
 `mbx_envelope_push`, `mbx_envelope_load` or refusal.

 Context: the one thread that uses the envelope. Does not block, but takes a third of a second on a Cortex-M0 at 48 MHz:
 let nobody ask for it more often than you can afford. Calls `verify`. Stack: 300 bytes and the verifier's (6 kB for the
 one in the library).

 Errors: as `mbx_envelope_check`, and `MBX_E_SIGNATURE_…`.

 # Safety
 As for `mbx_envelope_check`.
 */
int32_t mbx_envelope_verify(struct mbx_envelope *envelope,
                            const struct mbx_place *place);

/*
 Writes what `mbx_store_begin` wants of this container into `*header`, whose `size` the caller has set: the way from a
 verified signature to flash. Pointers go into the envelope's memory, as those of `mbx_envelope_manifest` do.

 Context: the one thread that uses the envelope. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `header`,
 `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_ENVELOPE_UNVERIFIED`; `MBX_E_REFUSED_KIND` for a command, which has no payload; those
 of `mbx_envelope_push` without a whole header.

 # Safety
 `envelope` is NULL or from `mbx_envelope_init`; `header` is NULL or a struct of the size that it says.
 */
int32_t mbx_envelope_header(struct mbx_envelope *envelope,
                            struct mbx_store_header *header);

/*
 Makes a queue in `memory` of `len` bytes, at any address, and puts it into `*queue`. It holds as many events as fit, one at
 least. The memory is the queue's until it is used no more; there is nothing to free. `critical` is copied.

 Context: before the first interrupt that posts. Does not block. Errors: `MBX_E_NULL` for a pointer or a function that must
 be, `MBX_E_SIZE` for memory that is too small or the `size` of `critical`.

 # Safety
 The pointers are NULL or point to what their types say; `memory` has `len` bytes.
 */
int32_t mbx_event_init(void *memory,
                       size_t len,
                       const struct mbx_critical *critical,
                       struct mbx_event_queue **queue);

/*
 Puts an event behind the others.

 Context: **any, interrupts of every priority included.** Does not block. Errors: `MBX_E_NULL`, `MBX_E_OBJECT`;
 `MBX_E_EVENT_FULL`: it is counted as lost.

 # Safety
 `queue` is NULL or from `mbx_event_init`.
 */
int32_t mbx_event_post(struct mbx_event_queue *queue, uint32_t kind, uint32_t value);

/*
 Takes the oldest event out. `MBX_OK`: it is in `*kind` and `*value`. `MBX_EMPTY`: there is none.

 To sleep without missing an event: keep interrupts away, take; when it is empty, wait for an interrupt, and only then let
 them come (on a Cortex-M, `wfi` returns for a pending one all the same).

 Context: any; meant for the loop. Does not block. `*kind` and `*value` are written with `MBX_OK` only. Errors: `MBX_E_NULL`,
 `MBX_E_OBJECT`.

 # Safety
 `queue` is NULL or from `mbx_event_init`; the others are NULL or can be written.
 */
int32_t mbx_event_take(struct mbx_event_queue *queue,
                       uint32_t *kind,
                       uint32_t *value);

/*
 Puts how many events found no place since the queue was made into `*lost`.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_OBJECT`.

 # Safety
 `queue` is NULL or from `mbx_event_init`; `lost` is NULL or can be written.
 */
int32_t mbx_event_lost(struct mbx_event_queue *queue, uint32_t *lost);

/*
 The verifier that the library has in itself, in the shape of an application's: for one that does something around it, such
 as feeding a watchdog or measuring. 1 when the signature holds, 0 when it does not, a pointer is NULL, or the library was
 built without a verifier. It is the bare computation: what the guard refuses, it may take.

 Context: any. Does not wait; a Cortex-M0 computes for 14.5 million instructions, on 4.8 kB of stack.

 # Safety
 The pointers are NULL, or `public_key` has 32 bytes, `message` `message_len`, and `signature` 64. `user` is not looked at.
 */
int32_t mbx_ed25519_verify(void *user,
                           const uint8_t *public_key,
                           const uint8_t *message,
                           size_t message_len,
                           const uint8_t *signature);

/*
 Puts the bytes of memory that a node of this configuration takes into `*needed`, wherever the memory begins.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `config`.

 # Safety
 The pointers are NULL or point to what their types say.
 */
int32_t mbx_node_size(const struct mbx_node_config *config, size_t *needed);

/*
 Puts the bytes of flash that the store takes, from `flash->base` on, into `*needed`: what to reserve in a linker script.
 Only the numbers of `flash` are looked at.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `flash`, `MBX_E_STORE_LAYOUT`.

 # Safety
 The pointers are NULL or point to what their types say.
 */
int32_t mbx_node_flash_bytes(const struct mbx_flash *flash,
                             uint32_t *needed);

/*
 Makes a node in `memory` of `len` bytes, at any address, and puts it into `*node`. It reads what is in flash; nothing is
 programmed, erased or started before the first `mbx_node_poll`. The memory is the node's until it is used no more; there
 is nothing to free.

 Context: the one thread that will drive the node. Calls `flash->read`. Does not wait.

 Errors: `MBX_E_NULL` for a pointer or callback that must be; `MBX_E_SIZE` for memory that is too small (`mbx_node_size` tells) or
 the `size` of a struct; `MBX_E_NODE_ARENAS`, `MBX_E_NODE_NAME`, `MBX_E_NODE_VERIFIER`, `MBX_E_ENVELOPE_GRANTS`, `MBX_E_ENVELOPE_KINDS`; `MBX_E_JS_ARENA`;
 `MBX_E_STORE_LAYOUT`, `MBX_E_STORE_FLASH`, `MBX_E_STORE_DAMAGED`.

 # Safety
 The pointers are NULL or point to what their types say, and what the configuration points to stays for the node's life.
 */
int32_t mbx_node_init(void *memory,
                      size_t len,
                      const struct mbx_node_config *config,
                      struct mbx_node **node);

/*
 Does what is to be done: one program or erase of flash, and one slice of one script, at most. `*deadline` is when to poll
 again at the latest: `now` when there is more to do at once, `UINT64_MAX` when only something from outside can give it
 work. Afterwards ask `mbx_node_next_request` and `mbx_node_next_notification` until they have nothing more, and
 `mbx_node_take_reboot`.

 `now` is monotonic, in microseconds, here and everywhere (`mbx_clock32_us` makes it of a 32-bit counter).

 Context: the one thread that drives the node. Calls the flash's and the board's callbacks. Does not wait; takes as long
 as one flash operation and `slice_fuel` of a script. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`; `deadline` is NULL or can be written.
 */
int32_t mbx_node_poll(struct mbx_node *node,
                      uint64_t now,
                      uint64_t *deadline);

/*
 Hands an event over that `mbx_event_take` gave. `MBX_OK`: the node has it, poll it. `MBX_NOT_MINE`: a kind of the
 application's.

 Context: the one thread that drives the node, not an interrupt. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_NODE_EVENT` for a kind below `MBX_EVENT_APPLICATION` that means nothing.

 # Safety
 `node` is NULL or from `mbx_node_init`.
 */
int32_t mbx_node_post(struct mbx_node *node, uint32_t kind, uint32_t value, uint64_t now);

/*
 Tells the node its own addresses, `count` times 16 bytes (IPv6, or IPv4 as `::ffff:a.b.c.d`); they replace those told
 before. Scripts can send nothing to them.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_NODE_ADDRESSES` when there are more than `MBX_ADDRESSES`; none is taken then.

 # Safety
 `node` is NULL or from `mbx_node_init`; `addresses` is NULL or has 16 times `count` bytes.
 */
int32_t mbx_node_set_addresses(struct mbx_node *node, const uint8_t *addresses, size_t count);

/*
 Whether a script asked for a reboot since this was last asked: 1, else 0. The firmware calls `mbx_node_shut_down`, sends
 what is to be sent, and resets.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`.
 */
int32_t mbx_node_take_reboot(struct mbx_node *node);

/*
 Stops every script and returns its actuators to their safe values: before the firmware resets.

 Context: the one thread that drives the node. Calls `board->write`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`.
 */
int32_t mbx_node_shut_down(struct mbx_node *node);

/*
 Writes what the container in place `index` (0 to `MBX_CONTAINERS` - 1) does into `*status`, whose `size` the caller has set.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `status`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_NODE_INDEX`.

 # Safety
 `node` is NULL or from `mbx_node_init`; `status` is NULL or a struct of the size that it says.
 */
int32_t mbx_node_status(struct mbx_node *node,
                        size_t index,
                        struct mbx_container *status);

/*
 Takes a datagram that came in and writes the answer into `out`.

 - `MBX_OK`: `*len` bytes of `out` are the answer; send them to the peer.
 - `MBX_SILENT`: send nothing.
 - `MBX_NOT_MINE`: a response or an acknowledgement. If it belongs to a script's request, tell `mbx_node_completed`.
 - `MBX_PENDING`: the node has it, but must be polled before it can answer. Poll, and hand the same datagram in again, as
   often as that is answered; a script's handler runs once all the same. A system that can wait no longer calls
   `mbx_node_late` and drops the datagram: the answer is kept, and a client that sends its request again gets it.

 Context: the one thread that drives the node. Programs or erases one unit of flash at most, and may check a signature.
 Does not wait. `*len` is written with `MBX_OK` only.

 Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `request`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_COAP_ENDPOINT`, `MBX_E_COAP_SECURITY`;
 `MBX_E_OVERLAP` when the answer is to be written where the datagram is.

 # Safety
 `node` is NULL or from `mbx_node_init`; the others are NULL or point to what their types say.
 */
int32_t mbx_node_handle(struct mbx_node *node,
                        const struct mbx_request *request,
                        uint64_t now,
                        uint8_t *out,
                        size_t cap,
                        size_t *len);

/*
 Says what a system sends that can no longer wait for a pending answer: nothing for CON (`MBX_SILENT`: the client sends it
 again and gets the answer then), 5.03 with Max-Age for NON (`MBX_OK`, as with `mbx_node_handle`). Also what to answer
 to a datagram for which there is no room to wait at all.

 Context: the one thread that drives the node. Does not block. Errors as `mbx_node_handle`.

 # Safety
 As for `mbx_node_handle`.
 */
int32_t mbx_node_late(struct mbx_node *node,
                      const struct mbx_request *request,
                      uint64_t now,
                      uint8_t *out,
                      size_t cap,
                      size_t *len);

/*
 Writes the next notification of an observation into `out`, and where it goes into `endpoint` (room for
 `MBX_ENDPOINT_BYTES`; what `mbx_request::endpoint` was when the peer began to observe). `MBX_OK`: send it, and ask again.
 `MBX_SILENT`: none is due.

 Context: the one thread that drives the node, after every `mbx_node_poll`. Reads flash. Does not wait. `*len` and
 `*endpoint_len` are written with `MBX_OK` only. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`; the others are NULL or have room for what they are for.
 */
int32_t mbx_node_next_notification(struct mbx_node *node,
                                   uint64_t now,
                                   uint8_t *out,
                                   size_t cap,
                                   size_t *len,
                                   uint8_t *endpoint,
                                   size_t *endpoint_len);

/*
 Takes the next request that a script made: where it goes into `*request`, whose `size` the caller has set, and the CoAP
 message into `out`, which has room for `MBX_OUTGOING_BYTES` at least. The message is a CON with this message id and token,
 which are the system's to choose. The system repeats it until it is acknowledged (RFC 7252, 4.2); the node waits for
 `mbx_node_completed`, at most `request_timeout_us`. `MBX_OK`: send it, and ask again: each is given once. `MBX_SILENT`: there is
 none.

 Context: the one thread that drives the node, after every `mbx_node_poll`. Does not block. `*request` and `*len` are
 written with `MBX_OK` only.

 Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_COAP_TOKEN`, `MBX_E_SIZE` of `request` or when `cap` is less than
 `MBX_OUTGOING_BYTES`. After an error, the request is still there.

 # Safety
 `node` is NULL or from `mbx_node_init`; the others are NULL or point to what their types say.
 */
int32_t mbx_node_next_request(struct mbx_node *node,
                              uint16_t message_id,
                              const uint8_t *token,
                              size_t token_len,
                              struct mbx_outgoing *request,
                              uint8_t *out,
                              size_t cap,
                              size_t *len);

/*
 Reports how a script's request ended: the answer's code and body, or code 0 when it failed. An id that names nothing
 (any more), as after the script has ended, changes nothing. A body of more than 112 bytes counts as a failure.

 Context: the one thread that drives the node; poll it afterwards. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`; `body` is NULL or has `body_len` bytes.
 */
int32_t mbx_node_completed(struct mbx_node *node, uint64_t id, uint8_t code, const uint8_t *body, size_t body_len);

/*
 Parses a CoAP message into `*message`, whose `size` the caller has set: for a system without a CoAP library, to find the
 request that an answer belongs to.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `message`, `MBX_E_COAP_MALFORMED`.

 # Safety
 `datagram` is NULL or has `datagram_len` bytes; `message` is NULL or a struct of the size that it says.
 */
int32_t mbx_coap_parse(const uint8_t *datagram,
                       size_t datagram_len,
                       struct mbx_message *message);

/*
 Gives a node its stacks, once and before the first `mbx_node_poll`. A node without takes no composition. The memory of
 `crime` is the node's from now on, and `crime` is no object any more: frames, payloads and events go through the functions
 below, time through `mbx_node_poll`. Stacks that it has already are those before the first container.

 Context: the one thread that drives the node; not a callback. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_CRIME_CONFIG` for a node that has stacks; `crime` is as before then.

 # Safety
 `node` is NULL or from `mbx_node_init`; `crime` is NULL or from `mbx_crime_init`, and the memory of both stays
 for the node's life.
 */
int32_t mbx_node_set_network(struct mbx_node *node,
                             struct mbx_crime *crime);

/*
 Takes in a frame from the radio; `mbx_node_poll` is due after it. A frame that is refused has changed nothing, and is an
 everyday thing.

 Context: the one thread that drives the node. Does not block: a bounded number of module calls. Errors: `MBX_E_NULL`,
 `MBX_E_SIZE`, `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_CRIME_FRAMING`, `MBX_E_CRIME_NOT_FOR_US`, `MBX_E_CRIME_LENGTH`,
 `MBX_E_CRIME_CHANNEL`, also where there are no stacks.

 # Safety
 `node` is NULL or from `mbx_node_init`; `frame` is NULL or has `len` bytes; `reception` is NULL or points to what its type
 says.
 */
int32_t mbx_node_radio_receive(struct mbx_node *node,
                               uint64_t now,
                               const uint8_t *frame,
                               size_t len,
                               const struct mbx_crime_reception *reception);

/*
 Takes the next frame for the radio out, as `mbx_crime_next_frame` does: to be asked for after every other call, until
 `MBX_EMPTY`.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`; `out` is NULL or has `cap` bytes, `MBX_CRIME_FRAME_BYTES` at least; `frame` is
 NULL or points to what its type says.
 */
int32_t mbx_node_next_frame(struct mbx_node *node,
                            uint64_t now,
                            uint8_t *out,
                            size_t cap,
                            struct mbx_crime_frame *frame);

/*
 Says what became of the frame that `mbx_node_next_frame` gave last: `sent` is 0 when the MAC gave it up, anything else when it
 was on the air. Does nothing when there is none.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`.
 */
int32_t mbx_node_frame_done(struct mbx_node *node,
                            uint64_t now,
                            uint32_t sent);

/*
 Takes the next thing that a stack has for the application out: to be asked for after every other call, until `MBX_EMPTY`.
 What a script receives from is the script's and does not come here. A payload is cut to `cap` bytes; `len` of the event is
 what was put there.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`.

 # Safety
 `node` is NULL or from `mbx_node_init`; `payload` is NULL or has `cap` bytes; `event` is NULL or points to what its type
 says.
 */
int32_t mbx_node_next_stack_event(struct mbx_node *node,
                                  uint8_t *payload,
                                  size_t cap,
                                  struct mbx_crime_event *event);

/*
 Sends a payload of the application's through the stack on `channel`, as `mbx_crime_send` does.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_CRIME_PAYLOAD`; `MBX_E_CRIME_CHANNEL`, also where there are no stacks.

 # Safety
 `node` is NULL or from `mbx_node_init`; `payload` is NULL or has `len` bytes.
 */
int32_t mbx_node_stack_send(struct mbx_node *node,
                            uint64_t now,
                            uint16_t channel,
                            uint16_t to,
                            uint16_t chunk,
                            const uint8_t *payload,
                            size_t len);

/*
 Puts what the running stack on `channel` has done into `*stats`.

 Context: the one thread that drives the node. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`; `MBX_E_CRIME_CHANNEL`, also where there are no stacks.

 # Safety
 `node` is NULL or from `mbx_node_init`; `stats` is NULL or points to what its type says.
 */
int32_t mbx_node_stack_stats(struct mbx_node *node, uint16_t channel, struct mbx_crime_counts *stats);

/*
 The application's, on a chip: logs, resets, or stops; it does not return. No panic is reached from Motebox's own crates;
 `benches/panics.toml` lists what a third party's verifier has, and why it is not reached either.

 Context: that of the call in which it happens. The library calls nothing of its own any more. Errors: none.
 */
extern void mbx_panic(void);

/*
 Puts the bytes of memory that an engine with these natives takes besides its arena into `*needed`.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `config`.

 # Safety
 The pointers are NULL or point to what their types say.
 */
int32_t mbx_script_size(const struct mbx_script_config *config, size_t *needed);

/*
 Makes an engine in `memory` of `len` bytes, at any address, and puts it into `*script`. Memory and arena are the engine's
 until it is used no more; there is nothing to free.

 Context: the one thread that will use it. Does not block. Errors: `MBX_E_NULL`; `MBX_E_SIZE` for memory that is too small
 (`mbx_script_size` tells) or the `size` of a struct; `MBX_E_JS_ARENA`; `MBX_E_SCRIPT_NAME`, `MBX_E_SCRIPT_NAMES`, `MBX_E_SCRIPT_KIND`.

 # Safety
 The pointers are NULL or point to what their types say; arena and what the natives point to stay for the engine's life.
 */
int32_t mbx_script_init(void *memory,
                        size_t len,
                        const struct mbx_script_config *config,
                        struct mbx_script **script);

/*
 Begins a job: compile this text and run its top level, with `mbx_script_step`. Names and literals stay in the text, which
 therefore must not change or go as long as functions of it are used. For another script, make the engine anew with
 `mbx_script_init`.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_JS_JOB`; `MBX_E_SIZE` for a text beyond 4 GB; `MBX_E_SCRIPT_TEXT` for another text than the first one.

 # Safety
 `script` is NULL or from `mbx_script_init`; `text` is NULL or has `len` bytes that stay.
 */
int32_t mbx_script_load(struct mbx_script *script,
                        const uint8_t *text,
                        size_t len);

/*
 Begins a job: call a function that was kept, with `count` arguments, with `mbx_script_step`.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_SCRIPT_KIND`, `MBX_E_SCRIPT_ARGUMENT` for more than 4 arguments, `MBX_E_SCRIPT_ALIAS` for a text in
 the engine's own memory, `MBX_E_JS_JOB`, `MBX_E_JS_ROOT`, `MBX_E_JS_MEMORY`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `arguments` is NULL or has `count` values.
 */
int32_t mbx_script_call(struct mbx_script *script,
                        uint32_t root,
                        const struct mbx_value *arguments,
                        size_t count);

/*
 Begins a job: the activation that waits with this token goes on, its call returns this value.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_SCRIPT_KIND`, `MBX_E_SCRIPT_ALIAS`, `MBX_E_JS_JOB`, `MBX_E_JS_TOKEN`, `MBX_E_JS_MEMORY`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `value` is NULL or as its type says.
 */
int32_t mbx_script_resume(struct mbx_script *script, uint32_t token, const struct mbx_value *value);

/*
 Begins a job as [`mbx_script_resume`] does, but the call throws an error, `MBX_ERROR` to `MBX_TYPE_ERROR`.

 Context: the one thread that uses the engine. Does not block. Errors as `mbx_script_resume`;
 `MBX_E_SCRIPT_KIND` for another kind or a message that is no UTF-8.

 # Safety
 `script` is NULL or from `mbx_script_init`; `message` is NULL or has `len` bytes.
 */
int32_t mbx_script_resume_throw(struct mbx_script *script,
                                uint32_t token,
                                uint32_t kind,
                                const uint8_t *message,
                                size_t len);

/*
 Runs the job for about `fuel` units of work. `MBX_OK`: it is over, see `mbx_script_result`. `MBX_THREW`: nobody caught an
 exception, see `mbx_script_text`. `MBX_MORE`: step again. `MBX_WAITING`: it was set aside, `*token` says with which token.
 `MBX_IDLE`: there is no job.

 Context: the one thread that uses the engine. Calls native functions. Does not wait; takes as long as the fuel, and at
 most 200,000 units more. `*token` is written with `MBX_WAITING` only. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `token` is NULL or can be written.
 */
int32_t mbx_script_step(struct mbx_script *script,
                        uint32_t fuel,
                        uint32_t *token);

/*
 Ends the job: none of its code runs any more, no `catch` and no `finally`.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`.
 */
int32_t mbx_script_abort(struct mbx_script *script);

/*
 Drops the activation that waits with this token; none of its code runs any more. One that is not there is no error.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`.
 */
int32_t mbx_script_forget(struct mbx_script *script, uint32_t token);

/*
 Releases a function that was kept. One that is not there is no error.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`.
 */
int32_t mbx_script_unroot(struct mbx_script *script, uint32_t root);

/*
 Puts the kind of what the last job came to into `*kind` (functions are told as `MBX_OBJECT`), and its number into `*number`:
 1 and 0 for booleans, NaN for what is none. The result of a top level is `undefined`.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `kind` and `number` are NULL or can be written.
 */
int32_t mbx_script_result(struct mbx_script *script,
                          uint32_t *kind,
                          double *number);

/*
 Writes the string that the last job came to, or the text of its exception (`Name: message`), as far as it fits, into `out`:
 `*len` bytes of UTF-8.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `out` is NULL or has room for `cap` bytes; `len` is NULL or can be written.
 */
int32_t mbx_script_text(struct mbx_script *script,
                        uint8_t *out,
                        size_t cap,
                        size_t *len);

/*
 Frees what cannot be reached, and writes what the engine holds into `*memory`, whose `size` the caller has set.

 Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `memory`,
 `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `memory` is NULL or a struct of the size that it says.
 */
int32_t mbx_script_memory(struct mbx_script *script, struct mbx_memory *memory);

/*
 The second number of the function's entry in the table.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `index` is NULL or can be written.
 */
int32_t mbx_call_index(struct mbx_call *call, uint16_t *index);

/*
 How many arguments there are.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `count` is NULL or can be written.
 */
int32_t mbx_call_count(struct mbx_call *call, uint32_t *count);

/*
 The kind of an argument, `MBX_UNDEFINED` to `MBX_OBJECT`; arguments that are not there are `undefined`.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `kind` is NULL or can be written.
 */
int32_t mbx_call_kind(struct mbx_call *call, uint32_t argument, uint32_t *kind);

/*
 An argument as a number: 1 and 0 for booleans; NaN for what is none and is not declared as one.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `number` is NULL or can be written.
 */
int32_t mbx_call_number(struct mbx_call *call, uint32_t argument, double *number);

/*
 Where the bytes of a string argument are: UTF-8, in the engine's memory, until the next `mbx_call_…` of any kind.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT` for what is no
 string.

 # Safety
 `call` is NULL or what the running callback was given; `text` and `len` are NULL or can be written.
 */
int32_t mbx_call_text(struct mbx_call *call, uint32_t argument, const uint8_t **text, size_t *len);

/*
 Class and payload of an argument, or of `MBX_THIS`, that is an object of the host's.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT` for anything else.

 # Safety
 `call` is NULL or what the running callback was given; `class_id` and `payload` are NULL or can be written.
 */
int32_t mbx_call_host(struct mbx_call *call, uint32_t argument, uint16_t *class_id, uint32_t *payload);

/*
 Keeps an argument that is a function, to be called with `mbx_script_call` later; `*root` names it until
 `mbx_script_unroot` or `mbx_call_unroot`.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT`,
 `MBX_E_SCRIPT_ROOTS`.

 # Safety
 `call` is NULL or what the running callback was given; `root` is NULL or can be written.
 */
int32_t mbx_call_root(struct mbx_call *call, uint32_t argument, uint32_t *root);

/*
 Releases a kept function, as `mbx_script_unroot` does outside of callbacks.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_unroot(struct mbx_call *call, uint32_t root);

/*
 Charges work to the script, so that it does not get for nothing what takes time.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_charge(struct mbx_call *call, uint32_t fuel);

/*
 Answers: the call returns this value, which is not `null`; where the arena has no room for it, it throws.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_SCRIPT_KIND`;
 `MBX_E_SCRIPT_ALIAS` for the text that `mbx_call_text` gave: copy it first.

 # Safety
 `call` is NULL or what the running callback was given; `value` is NULL or as its type says.
 */
int32_t mbx_call_return(struct mbx_call *call, const struct mbx_value *value);

/*
 Answers: the call returns an object of the host's class, 1 to 31, that carries `payload`.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_KIND` for another class.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_return_host(struct mbx_call *call, uint16_t class_id, uint32_t payload);

/*
 Answers: the call throws an error, `MBX_ERROR` to `MBX_TYPE_ERROR`, with a message in UTF-8.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_KIND` for another kind or a
 message that is no UTF-8, `MBX_E_SCRIPT_ALIAS` for the text that `mbx_call_text` gave.

 # Safety
 `call` is NULL or what the running callback was given; `message` is NULL or has `len` bytes.
 */
int32_t mbx_call_throw(struct mbx_call *call, uint32_t kind, const uint8_t *message, size_t len);

/*
 Answers: the call waits until `mbx_script_resume` with this token, which is the host's to choose.

 Context: the callback that got `call`. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_wait(struct mbx_call *call, uint32_t token);

/*
 Puts the bytes of memory that a store takes into `*needed`, wherever the memory begins.

 Context: any. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `needed` is NULL or can be written.
 */
int32_t mbx_store_size(size_t *needed);

/*
 Puts the bytes of flash that the store takes, from `flash->base` on, into `*needed`: what to reserve in a linker script.
 Only the numbers of `flash` are looked at.

 Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `flash`, `MBX_E_STORE_LAYOUT`.

 # Safety
 The pointers are NULL or point to what their types say.
 */
int32_t mbx_store_flash_bytes(const struct mbx_flash *flash,
                              uint32_t *needed);

/*
 Makes a store in `memory` of `len` bytes, at any address, and puts it into `*store`: it reads what is in flash, and begins
 to make firm what a power cut left open (most often nothing). `MBX_OK`: `mbx_store_finish` that, or step it, before
 anything that is read is acted upon. `MBX_DAMAGED`: the store is there, and `mbx_store_format` is all that can be done with
 it. Blank flash is a store without containers.

 The memory is the store's until it is used no more; there is nothing to free, and no other object has the same region of
 flash meanwhile. `flash` stays as it is for the store's life.

 Context: the one thread that will use the store. Calls `flash->read`. Does not wait. Errors: `MBX_E_NULL`; `MBX_E_SIZE` for
 memory that is too small (`MBX_STORE_SIZE` is enough) or the `size` of `flash`; `MBX_E_STORE_LAYOUT`, `MBX_E_STORE_FLASH`.

 # Safety
 The pointers are NULL or point to what their types say; `memory` has `len` bytes.
 */
int32_t mbx_store_init(void *memory,
                       size_t len,
                       const struct mbx_flash *flash,
                       struct mbx_store **store);

/*
 Carries the operation under way on, by one program or one erase at most. `MBX_MORE`: step again. `MBX_OK`: it is done and in
 flash, or there was none.

 Context: the one thread that uses the store. Calls the flash's callbacks; takes as long as they do. Errors: `MBX_E_NULL`,
 `MBX_E_BUSY`, `MBX_E_OBJECT`; `MBX_E_STORE_FLASH`: the operation has ended as if power had gone; make the store anew, or
 begin it again.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_step(struct mbx_store *store);

/*
 Steps until the operation under way is done: for those who may block, such as a boot loader.

 Context: the one thread that uses the store. **Blocks** for as many programs and erases as there are to do. Errors as
 `mbx_store_step`.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_finish(struct mbx_store *store);

/*
 Puts the pair that this container id is bound to into `*pair`. `MBX_EMPTY`: none is.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes; `pair` is NULL or can be written.
 */
int32_t mbx_store_find(struct mbx_store *store, const uint8_t *id, size_t id_len, uint32_t *pair);

/*
 Puts the newest slot of a pair that is in this state (`MBX_SLOT_…`) into `*slot`. `MBX_EMPTY`: none is.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`, `MBX_E_STORE_STATE` when there is no such state.

 # Safety
 `store` is NULL or from `mbx_store_init`; `slot` is NULL or can be written.
 */
int32_t mbx_store_newest(struct mbx_store *store, uint32_t pair, uint8_t state, uint32_t *slot);

/*
 Puts the slot that a boot starts into `*slot`: the one on trial, else the one that is stored and waits for its trial, else
 the current confirmed one. `MBX_EMPTY`: none. Before it is started: read it back and compare its digest
 (`mbx_envelope_readback`), see that its key is still trusted (`mbx_envelope_check`); `mbx_store_start_trial` for a stored one,
 `mbx_store_attempt` for one on trial. When one of these fails: `mbx_store_fail`, and ask again.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `slot` is NULL or can be written.
 */
int32_t mbx_store_boot(struct mbx_store *store,
                       uint32_t pair,
                       uint32_t *slot);

/*
 Puts the slot that can be gone back to from the current confirmed one into `*slot`: the older confirmed one.
 `MBX_EMPTY`: none.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `slot` is NULL or can be written.
 */
int32_t mbx_store_previous(struct mbx_store *store, uint32_t pair, uint32_t *slot);

/*
 Writes what is known of a slot into `*info`, whose `size` the caller has set.

 Context: the one thread that uses the store. Calls `flash->read`. Does not wait. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of
 `info`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `info` is NULL or a struct of the size that it says.
 */
int32_t mbx_store_slot(struct mbx_store *store, uint32_t number, struct mbx_slot *info);

/*
 Reads the payload in a slot from `offset` on into `out`; `*len` is how much there was, less than `cap` at its end. While a
 slot is receiving, that is what came so far.

 Context: the one thread that uses the store. Calls `flash->read`. Does not wait. After `MBX_E_STORE_FLASH`, `out` may be
 changed. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `out` is NULL or has room for `cap` bytes; `len` is NULL or can be written.
 */
int32_t mbx_store_read(struct mbx_store *store,
                       uint32_t number,
                       uint32_t offset,
                       uint8_t *out,
                       size_t cap,
                       size_t *len);

/*
 Reads the manifest in a slot (the COSE_Sign1, for `mbx_envelope_load`), as `mbx_store_read` reads the payload.
 `MBX_SIGN1_BYTES` are always enough.

 Context: the one thread that uses the store. Calls `flash->read`. Does not wait. Errors as `mbx_store_read`.

 # Safety
 As for `mbx_store_read`.
 */
int32_t mbx_store_manifest(struct mbx_store *store,
                           uint32_t number,
                           uint32_t offset,
                           uint8_t *out,
                           size_t cap,
                           size_t *len);

/*
 Reads the trust record, whose bytes are the caller's own, as `mbx_store_read` reads a payload. Nothing is there before the
 first `mbx_store_set_trust`.

 Context: the one thread that uses the store. Calls `flash->read`. Does not wait. Errors as `mbx_store_read`, but
 `MBX_E_STORE_SLOT`.

 # Safety
 As for `mbx_store_read`.
 */
int32_t mbx_store_read_trust(struct mbx_store *store,
                             uint32_t offset,
                             uint8_t *out,
                             size_t cap,
                             size_t *len);

/*
 Puts the number that matters for the last error of this store (`MBX_E_STORE_…`) into `*number`: the limit of a length, the
 offset that was expected, the sequence that is remembered; 0 where there is none.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `number` is NULL or can be written.
 */
int32_t mbx_store_detail(struct mbx_store *store,
                         uint32_t *number);

/*
 Begins to receive a container that was verified: the spare slot of its id's pair is erased, then its header is written.
 The slot's number is put into `*slot`; `slot / 2` is the pair. A trial or a reception in the spare slot ends; the current
 confirmed container is not touched, whatever happens.

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors, after which nothing has changed:
 `MBX_E_NULL`, `MBX_E_SIZE` of `header`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`, `MBX_E_STORE_DAMAGED`,
 `MBX_E_STORE_ID`, `MBX_E_STORE_RECORD`, `MBX_E_STORE_PAYLOAD`, `MBX_E_STORE_FULL`, `MBX_E_STORE_IDS`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `header` is NULL or as its type says; `slot` is NULL or can be written.
 */
int32_t mbx_store_begin(struct mbx_store *store,
                        const struct mbx_store_header *header,
                        uint32_t *slot);

/*
 Puts the place of the next payload byte that the pair's reception wants into `*offset`: where to go on after a power cut.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `offset` is NULL or can be written.
 */
int32_t mbx_store_offset(struct mbx_store *store,
                         uint32_t number,
                         uint32_t *offset);

/*
 Takes payload bytes from `offset` on, with one program or erase at most, and puts how many it took into `*taken`, which may
 be none: call again with the rest. `MBX_REWOUND`: it goes on at an earlier offset. Whole write units are in flash then; the
 rest waits in RAM for what follows.

 Context: the one thread that uses the store. Calls the flash's callbacks; takes as long as they do. `*taken` is written
 with `MBX_OK` only. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`;
 `MBX_E_STORE_STATE` when the pair receives nothing; `MBX_E_STORE_OFFSET` for another offset than `mbx_store_offset`;
 `MBX_E_STORE_PAYLOAD` for bytes behind the end (none is taken); `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `from` is NULL or has `len` bytes; `taken` is NULL or can be written.
 */
int32_t mbx_store_write(struct mbx_store *store,
                        uint32_t number,
                        uint32_t offset,
                        const uint8_t *from,
                        size_t len,
                        size_t *taken);

/*
 Begins to mark the container in reception as stored. The caller has read the payload back and found its digest right
 (`mbx_store_read`, `mbx_envelope_readback`).

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the pair receives nothing, `MBX_E_STORE_INCOMPLETE`.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_commit(struct mbx_store *store, uint32_t number);

/*
 Begins to give a reception up: its slot becomes empty.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the pair receives nothing.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_abandon(struct mbx_store *store, uint32_t number);

/*
 Begins to go back from the current confirmed container to the one before: the current one fails for `reason` (1 to 254).

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when there is no other confirmed container, or for another
 reason.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_revert(struct mbx_store *store,
                         uint32_t number,
                         uint8_t reason);

/*
 Begins to delete both of a pair's containers and to free the pair. What was tried stays remembered.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the pair is free.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_delete(struct mbx_store *store, uint32_t number);

/*
 Begins to start the trial of a stored container: what was tried is raised to its sequence, then the slot is marked. Only
 when that is done may it run. `tag` is `MBX_TAG_BYTES` long: the first of `mbx_manifest::digest`.

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when it is not stored; `MBX_E_STORE_STALE` for
 a sequence below what was tried, `MBX_E_STORE_CONFLICT` for the same one with another tag; `MBX_E_STORE_DAMAGED`,
 `MBX_E_STORE_IDS`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `tag` is NULL or has `MBX_TAG_BYTES` bytes.
 */
int32_t mbx_store_start_trial(struct mbx_store *store,
                              uint32_t number,
                              const uint8_t *tag);

/*
 Begins to count an attempt of a trial, for good: `kind` (0 to 254) is 1 for a start (`docs/spec/lifecycle.md`, section 3).

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_ATTEMPTS` when all are used: `mbx_store_fail` it;
 `MBX_E_STORE_STATE` when it is not on trial; `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_attempt(struct mbx_store *store,
                          uint32_t number,
                          uint8_t kind);

/*
 Puts how many attempts of this kind the trial in the slot has had into `*count`. One that a power cut tore counts for
 every kind.

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_STORE_SLOT`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `count` is NULL or can be written.
 */
int32_t mbx_store_attempts(struct mbx_store *store, uint32_t number, uint8_t kind, uint32_t *count);

/*
 Begins to confirm the container on trial: it is the current one from then on.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when it is not on trial.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_confirm(struct mbx_store *store, uint32_t number);

/*
 Begins to mark a stored, tried or confirmed container as failed, for `reason` (1 to 254; `docs/spec/lifecycle.md`,
 section 3): it is never started again. `mbx_store_boot` says what is left.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_SLOT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when the slot holds nothing that could run, or for another
 reason.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_fail(struct mbx_store *store, uint32_t number, uint8_t reason);

/*
 Begins to erase the whole region: containers, what was tried, and the trust record. For provisioning.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
 `MBX_E_STORE_BUSY`.

 # Safety
 `store` is NULL or from `mbx_store_init`.
 */
int32_t mbx_store_format(struct mbx_store *store);

/*
 Puts what was tried last of a container id into `*sequence`, and the tag of its manifest into `tag`, which has room for
 `MBX_TAG_BYTES`: for `mbx_place`. A lower sequence is to be refused. `MBX_EMPTY`: nothing was tried.

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_STORE_ID`, `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes; the others are NULL or have room for what they
 are for.
 */
int32_t mbx_store_tried(struct mbx_store *store,
                        const uint8_t *id,
                        size_t id_len,
                        uint32_t *sequence,
                        uint8_t *tag);

/*
 Begins to raise what was tried of a container id without a trial: for a command, which takes a sequence as a container
 does. Only when that is done may it be obeyed.

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STALE` for a sequence below it, `MBX_E_STORE_CONFLICT` for the same one
 with another tag; `MBX_E_STORE_ID`, `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_IDS`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes; `tag` is NULL or has `MBX_TAG_BYTES` bytes.
 */
int32_t mbx_store_raise_tried(struct mbx_store *store,
                              const uint8_t *id,
                              size_t id_len,
                              uint32_t sequence,
                              const uint8_t *tag);

/*
 Begins to forget what was tried of a container id: only for a trust update that retires the key of its scope.

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STATE` when nothing is remembered of it; `MBX_E_STORE_ID`,
 `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `id` is NULL or has `id_len` bytes.
 */
int32_t mbx_store_forget_tried(struct mbx_store *store, const uint8_t *id, size_t id_len);

/*
 Puts version and length of the trust record into `*version` and `*len`. `MBX_EMPTY`: there is none.

 Context: the one thread that uses the store. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `store` is NULL or from `mbx_store_init`; the others are NULL or can be written.
 */
int32_t mbx_store_trust(struct mbx_store *store, uint32_t *version, uint32_t *len);

/*
 Begins to replace the trust record, which has two copies as the containers do. Its bytes are the caller's own, 512 at
 most, and **stay until the operation is done**.

 Context: the one thread that uses the store. Calls `flash->read`; does not wait. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_STORE_BUSY`; `MBX_E_STORE_STALE` unless `version` is higher than the one in flash;
 `MBX_E_STORE_RECORD`, `MBX_E_STORE_DAMAGED`, `MBX_E_STORE_FLASH`.

 # Safety
 `store` is NULL or from `mbx_store_init`; `record` is NULL or has `len` bytes.
 */
int32_t mbx_store_set_trust(struct mbx_store *store, uint32_t version, const uint8_t *record, size_t len);

/*
 A short text for an error number of this library: English, in ASCII, 0-terminated, and there for ever. What is not negative
 is "no error", a number that is none of the library's "unknown error". Never NULL.

 Only in a library that was built with the feature `strerror`. Context: any. Does not block.
 */
const char *mbx_strerror(int32_t error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MOTEBOX_H */

#ifndef MOTEBOX_OBJECTS
#define MOTEBOX_OBJECTS

#if UINTPTR_MAX > 0xffffffff
#define MBX_KEY_BYTES MBX_KEY_BYTES_64
#define MBX_SCRIPT_BYTES MBX_SCRIPT_BYTES_64
#define MBX_ENVELOPE_BYTES MBX_ENVELOPE_BYTES_64
#define MBX_STORE_SIZE MBX_STORE_BYTES_64
#define MBX_CRIME_BYTES MBX_CRIME_BYTES_64
#define MBX_CRIME_OWN_BYTES MBX_CRIME_OWN_BYTES_64
#else
#define MBX_KEY_BYTES MBX_KEY_BYTES_32
#define MBX_SCRIPT_BYTES MBX_SCRIPT_BYTES_32
#define MBX_ENVELOPE_BYTES MBX_ENVELOPE_BYTES_32
/* Bytes of memory that are enough for a store, wherever it lies. */
#define MBX_STORE_SIZE MBX_STORE_BYTES_32
#define MBX_CRIME_BYTES MBX_CRIME_BYTES_32
#define MBX_CRIME_OWN_BYTES MBX_CRIME_OWN_BYTES_32
#endif
#ifdef MBX_HAS_STACKS
#if UINTPTR_MAX > 0xffffffff
#define MBX_NODE_BYTES MBX_NODE_STACKS_BYTES_64
#else
#define MBX_NODE_BYTES MBX_NODE_STACKS_BYTES_32
#endif
#elif UINTPTR_MAX > 0xffffffff
#define MBX_NODE_BYTES MBX_NODE_BYTES_64
#else
#define MBX_NODE_BYTES MBX_NODE_BYTES_32
#endif
/* Bytes of memory that are enough for an envelope with so many keys, wherever it lies. */
#define MBX_ENVELOPE_SIZE(keys) (MBX_ENVELOPE_BYTES + (keys) * MBX_KEY_BYTES)
/* Bytes of memory that are enough for a node with so many keys, wherever it lies. */
#define MBX_NODE_SIZE(keys) (MBX_NODE_BYTES + (keys) * MBX_KEY_BYTES)
/* Bytes of memory that are enough for a queue of so many events, wherever it lies. */
#define MBX_EVENT_QUEUE_SIZE(events) (MBX_EVENT_QUEUE_BYTES + (events) * MBX_EVENT_BYTES)

/* Bytes of memory that are enough for a network with so many of each (struct mbx_crime_config), wherever it lies. */
#define MBX_CRIME_SIZE(stacks, modules, words, slots, own)                                                    \
  (MBX_CRIME_BYTES + (stacks) * MBX_CRIME_STACK_BYTES + (modules) * MBX_CRIME_MODULE_BYTES +                  \
   (words) * MBX_CRIME_WORD_BYTES + (slots) * MBX_CRIME_SLOT_BYTES + (own) * MBX_CRIME_OWN_BYTES)
/* Answers of a module in C: the walk goes on as another operation, from its neighbour or down the stack merged into it. */
#define MBX_CRIME_TURN(operation) (MBX_CRIME_TURNED + (operation))
#define MBX_CRIME_INTO(operation) (MBX_CRIME_MERGED + (operation))

/* A program that was compiled with another version of this header, or with another build's motebox_config.h, does not
 * link: whatever makes an object reads a symbol that is named after both. */
#ifdef __cplusplus
extern "C" {
#endif
extern const uint8_t MBX_ABI;
#ifdef __cplusplus
}
#endif
#define MBX_BOUND(call) ((void)*(const volatile uint8_t *)&MBX_ABI, call)
#define mbx_node_init(memory, len, config, node) MBX_BOUND(mbx_node_init(memory, len, config, node))
#define mbx_script_init(memory, len, config, script) MBX_BOUND(mbx_script_init(memory, len, config, script))
#define mbx_envelope_init(memory, len, config, envelope) MBX_BOUND(mbx_envelope_init(memory, len, config, envelope))
#define mbx_store_init(memory, len, flash, store) MBX_BOUND(mbx_store_init(memory, len, flash, store))
#define mbx_crime_init(memory, len, config, crime) MBX_BOUND(mbx_crime_init(memory, len, config, crime))
#define mbx_event_init(memory, len, critical, queue) MBX_BOUND(mbx_event_init(memory, len, critical, queue))

#endif
