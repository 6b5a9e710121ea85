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
#define MBX_ABI_VERSION 1

/*
 Bytes that are enough for a node without keys, where pointers have 32 bits; each key takes [`MBX_KEY_BYTES_32`] more.
 */
#define MBX_NODE_BYTES_32 7168

/*
 The same where they have 64 bits; each key takes [`MBX_KEY_BYTES_64`] more.
 */
#define MBX_NODE_BYTES_64 9216

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
 Done.
 */
#define MBX_OK 0

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
 A key's grants are no permissions map.
 */
#define MBX_E_ENVELOPE_GRANTS -100

/*
 The flash cannot be read.
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
 A queue has no critical section, or is none.
 */
#define MBX_E_EVENT_QUEUE -651

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
 What [`mbx_script_step`] answers besides `MBX_OK` (the job is over): nobody caught an exception, the job is over.
 */
#define MBX_THREW 1

/*
 What [`mbx_script_step`] answers: the fuel is used up, step again.
 */
#define MBX_MORE 2

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
 One call of a native function.
 */
typedef struct mbx_call mbx_call;

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
   heap. NULL: it is read through `read` only.
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
   Of a string; bytes that are not UTF-8 become U+FFFD. Copied during the call.
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

 Context: any. Does not wait; a Cortex-M0 computes for 14.5 million instructions, on 6.7 kB of stack.

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
 the `size` of a struct; `MBX_E_NODE_ARENAS`, `MBX_E_NODE_NAME`, `MBX_E_NODE_VERIFIER`, `MBX_E_ENVELOPE_GRANTS`; `MBX_E_JS_ARENA`;
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

 Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `request`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_COAP_ENDPOINT`, `MBX_E_COAP_SECURITY`.

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

 Context: the one thread that uses the engine, here and below. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
 `MBX_E_OBJECT`, `MBX_E_JS_JOB`; `MBX_E_SIZE` for a text beyond 4 GB; `MBX_E_SCRIPT_TEXT` for another text than the first one.

 # Safety
 `script` is NULL or from `mbx_script_init`; `text` is NULL or has `len` bytes that stay.
 */
int32_t mbx_script_load(struct mbx_script *script,
                        const uint8_t *text,
                        size_t len);

/*
 Begins a job: call a function that was kept, with `count` arguments, with `mbx_script_step`.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_SCRIPT_KIND`, `MBX_E_SCRIPT_ARGUMENT` for more than
 4 arguments, `MBX_E_JS_JOB`, `MBX_E_JS_ROOT`, `MBX_E_JS_MEMORY`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `arguments` is NULL or has `count` values.
 */
int32_t mbx_script_call(struct mbx_script *script,
                        uint32_t root,
                        const struct mbx_value *arguments,
                        size_t count);

/*
 Begins a job: the activation that waits with this token goes on, its call returns this value.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_SCRIPT_KIND`, `MBX_E_JS_JOB`, `MBX_E_JS_TOKEN`,
 `MBX_E_JS_MEMORY`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `value` is NULL or as its type says.
 */
int32_t mbx_script_resume(struct mbx_script *script,
                          uint32_t token,
                          const struct mbx_value *value);

/*
 Begins a job as [`mbx_script_resume`] does, but the call throws an error, `MBX_ERROR` to `MBX_TYPE_ERROR`. Errors as there;
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

 Calls native functions. Does not wait; takes as long as the fuel, and at most 200,000 units more. `*token` is written with
 `MBX_WAITING` only. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `token` is NULL or can be written.
 */
int32_t mbx_script_step(struct mbx_script *script,
                        uint32_t fuel,
                        uint32_t *token);

/*
 Ends the job: none of its code runs any more, no `catch` and no `finally`.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`.
 */
int32_t mbx_script_abort(struct mbx_script *script);

/*
 Drops the activation that waits with this token; none of its code runs any more. One that is not there is no error.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`.
 */
int32_t mbx_script_forget(struct mbx_script *script, uint32_t token);

/*
 Releases a function that was kept. One that is not there is no error.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`.
 */
int32_t mbx_script_unroot(struct mbx_script *script, uint32_t root);

/*
 Puts the kind of what the last job came to into `*kind` (functions are told as `MBX_OBJECT`), and its number into `*number`:
 1 and 0 for booleans, NaN for what is none. The result of a top level is `undefined`.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `kind` and `number` are NULL or can be written.
 */
int32_t mbx_script_result(struct mbx_script *script,
                          uint32_t *kind,
                          double *number);

/*
 Writes the string that the last job came to, or the text of its exception (`Name: message`), as far as it fits, into `out`:
 `*len` bytes of UTF-8.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `out` is NULL or has room for `cap` bytes; `len` is NULL or can be written.
 */
int32_t mbx_script_text(struct mbx_script *script,
                        uint8_t *out,
                        size_t cap,
                        size_t *len);

/*
 Frees what cannot be reached, and writes what the engine holds into `*memory`, whose `size` the caller has set.

 Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `memory`, `MBX_E_BUSY`, `MBX_E_OBJECT`.

 # Safety
 `script` is NULL or from `mbx_script_init`; `memory` is NULL or a struct of the size that it says.
 */
int32_t mbx_script_memory(struct mbx_script *script, struct mbx_memory *memory);

/*
 The second number of the function's entry in the table.

 Context: the callback that got `call`, here and below. Does not block. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `index` is NULL or can be written.
 */
int32_t mbx_call_index(struct mbx_call *call, uint16_t *index);

/*
 How many arguments there are. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `count` is NULL or can be written.
 */
int32_t mbx_call_count(struct mbx_call *call, uint32_t *count);

/*
 The kind of an argument, `MBX_UNDEFINED` to `MBX_OBJECT`; arguments that are not there are `undefined`. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `kind` is NULL or can be written.
 */
int32_t mbx_call_kind(struct mbx_call *call,
                      uint32_t argument,
                      uint32_t *kind);

/*
 An argument as a number: 1 and 0 for booleans; NaN for what is none and is not declared as one. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given; `number` is NULL or can be written.
 */
int32_t mbx_call_number(struct mbx_call *call, uint32_t argument, double *number);

/*
 Where the bytes of a string argument are: UTF-8, in the engine's memory, until the next `mbx_call_…` of any kind.
 Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT` for what is no string.

 # Safety
 `call` is NULL or what the running callback was given; `text` and `len` are NULL or can be written.
 */
int32_t mbx_call_text(struct mbx_call *call, uint32_t argument, const uint8_t **text, size_t *len);

/*
 Class and payload of an argument, or of `MBX_THIS`, that is an object of the host's. Errors: `MBX_E_NULL`,
 `MBX_E_SCRIPT_ARGUMENT` for anything else.

 # Safety
 `call` is NULL or what the running callback was given; `class_id` and `payload` are NULL or can be written.
 */
int32_t mbx_call_host(struct mbx_call *call, uint32_t argument, uint16_t *class_id, uint32_t *payload);

/*
 Keeps an argument that is a function, to be called with `mbx_script_call` later; `*root` names it until `mbx_script_unroot`
 or `mbx_call_unroot`. Errors: `MBX_E_NULL`, `MBX_E_SCRIPT_ARGUMENT`, `MBX_E_SCRIPT_ROOTS`.

 # Safety
 `call` is NULL or what the running callback was given; `root` is NULL or can be written.
 */
int32_t mbx_call_root(struct mbx_call *call,
                      uint32_t argument,
                      uint32_t *root);

/*
 Releases a kept function, as `mbx_script_unroot` does outside of callbacks. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_unroot(struct mbx_call *call, uint32_t root);

/*
 Charges work to the script, so that it does not get for nothing what takes time. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_charge(struct mbx_call *call, uint32_t fuel);

/*
 Answers: the call returns this value, which is not `null`; where the arena has no room for it, it throws. Errors: `MBX_E_NULL`, `MBX_E_SIZE`,
 `MBX_E_SCRIPT_KIND`.

 # Safety
 `call` is NULL or what the running callback was given; `value` is NULL or as its type says.
 */
int32_t mbx_call_return(struct mbx_call *call,
                        const struct mbx_value *value);

/*
 Answers: the call returns an object of the host's class, 1 to 31, that carries `payload`. Errors: `MBX_E_NULL`,
 `MBX_E_SCRIPT_KIND` for another class.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_return_host(struct mbx_call *call, uint16_t class_id, uint32_t payload);

/*
 Answers: the call throws an error, `MBX_ERROR` to `MBX_TYPE_ERROR`, with a message in UTF-8. Errors: `MBX_E_NULL`,
 `MBX_E_SCRIPT_KIND` for another kind or a message that is no UTF-8.

 # Safety
 `call` is NULL or what the running callback was given; `message` is NULL or has `len` bytes.
 */
int32_t mbx_call_throw(struct mbx_call *call, uint32_t kind, const uint8_t *message, size_t len);

/*
 Answers: the call waits until `mbx_script_resume` with this token, which is the host's to choose. Errors: `MBX_E_NULL`.

 # Safety
 `call` is NULL or what the running callback was given.
 */
int32_t mbx_call_wait(struct mbx_call *call, uint32_t token);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MOTEBOX_H */

#ifndef MOTEBOX_OBJECTS
#define MOTEBOX_OBJECTS

#if UINTPTR_MAX > 0xffffffff
#define MBX_NODE_BYTES MBX_NODE_BYTES_64
#define MBX_KEY_BYTES MBX_KEY_BYTES_64
#define MBX_SCRIPT_BYTES MBX_SCRIPT_BYTES_64
#else
#define MBX_NODE_BYTES MBX_NODE_BYTES_32
#define MBX_KEY_BYTES MBX_KEY_BYTES_32
#define MBX_SCRIPT_BYTES MBX_SCRIPT_BYTES_32
#endif
/* Bytes of memory that are enough for a node with so many keys, wherever it lies. */
#define MBX_NODE_SIZE(keys) (MBX_NODE_BYTES + (keys) * MBX_KEY_BYTES)
/* Bytes of memory that are enough for a queue of so many events, wherever it lies. */
#define MBX_EVENT_QUEUE_SIZE(events) (MBX_EVENT_QUEUE_BYTES + (events) * MBX_EVENT_BYTES)

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
#define mbx_event_init(memory, len, critical, queue) MBX_BOUND(mbx_event_init(memory, len, critical, queue))

#endif
