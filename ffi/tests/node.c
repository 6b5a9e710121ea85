/* A node from C plays the alarm: a signed container comes in blocks, its script sees the light, sounds the buzzer, asks the
 * cloud and answers the guard; then power is cut, and the node comes back with it. A boot loader and the node
 * have the same store. Argument: the folder of the containers. */
#include "../examples/boot.c"
#include "containers.h"
#include "coap.h"

enum { FLASH_BYTES = 32 * 1024 };

static struct mbx_node *node, *before;
static uint8_t flash_bytes[FLASH_BYTES];
static int16_t light, noise, buzzer;
static int writes, met;
static char printed[4096];

/* ---- callbacks: leaf work, and what they must not do ---- */

static int32_t flash_read(void *user, uint32_t offset, uint8_t *to, size_t len) {
  CHECK(user == flash_bytes && offset + len <= FLASH_BYTES);
  /* Into the node whose memory is being made another one. */
  if (before) CHECK(mbx_node_take_reboot(before) == MBX_E_OBJECT);
  memcpy(to, flash_bytes + offset, len);
  return 0;
}
static int32_t flash_program(void *user, uint32_t offset, const uint8_t *from, size_t len) {
  CHECK(user == flash_bytes && offset % 16 == 0 && len % 16 == 0 && offset + len <= FLASH_BYTES);
  for (size_t i = 0; i < len; i++) {
    CHECK(flash_bytes[offset + i] == 0xff);
    flash_bytes[offset + i] = from[i];
  }
  return 0;
}
static int32_t flash_erase(void *user, uint32_t from, uint32_t to) {
  CHECK(user == flash_bytes && from % 256 == 0 && to % 256 == 0 && from < to && to <= FLASH_BYTES);
  memset(flash_bytes + from, 0xff, to - from);
  return 0;
}
static int32_t board_list(void *user, uint16_t number, struct mbx_device *out) {
  static const char *names[] = {"brightness", "buzzer", "sound"};
  static const uint8_t kinds[] = {MBX_CLASS_SENSE_LIGHT, MBX_CLASS_ACT_DIMMER, MBX_CLASS_SENSE_ANALOG};
  (void)user;
  CHECK(out->size == sizeof *out);
  if (number >= 3) return 1;
  out->name = (const uint8_t *)names[number];
  out->name_len = strlen(names[number]);
  out->kind = kinds[number];
  out->safe_count = number == 1;
  return 0;
}
static int32_t board_read(void *user, uint16_t device, uint8_t axis, int16_t *value, int8_t *scale) {
  (void)user;
  (void)scale;
  if (device == 1 || axis != 0) return MBX_DEVICE_UNSUPPORTED;
  *value = device == 0 ? light : noise;
  return 0;
}
static int32_t board_write(void *user, uint16_t device, const int16_t *values, uint8_t count, int8_t scale) {
  uint64_t deadline = 77;
  (void)user;
  (void)scale;
  CHECK(device == 1 && count >= 1);
  buzzer = values[0];
  writes++;
  /* Back into the node that this is called from. */
  if (node) {
    CHECK(mbx_node_poll(node, now, &deadline) == MBX_E_BUSY && deadline == 77);
    met++;
  }
  return 0;
}
static void board_log(void *user, const uint8_t *container, size_t container_len, const uint8_t *piece, size_t len) {
  (void)user;
  (void)container;
  (void)container_len;
  size_t used = strlen(printed);
  if (used + len < sizeof printed) {
    memcpy(printed + used, piece, len);
    printed[used + len] = 0;
  }
}

/* ---- the node's configuration ---- */

/* The signature of the empty message, from the same test. */
static const uint8_t signature[64] = {
    0xe5, 0x56, 0x43, 0x00, 0xc3, 0x60, 0xac, 0x72, 0x90, 0x86, 0xe2, 0xcc, 0x80, 0x6e, 0x82, 0x8a,
    0x84, 0x87, 0x7f, 0x1e, 0xb8, 0xe5, 0xd9, 0x74, 0xd8, 0x73, 0xe0, 0x65, 0x22, 0x49, 0x01, 0x55,
    0x5f, 0xb8, 0x82, 0x15, 0x90, 0xa3, 0x3b, 0xac, 0xc6, 0x1e, 0x39, 0x70, 0x1c, 0xf9, 0xb4, 0x6b,
    0xd2, 0x5b, 0xf5, 0xf0, 0x59, 0x5b, 0xbe, 0x24, 0x65, 0x51, 0x41, 0x43, 0x8e, 0x7a, 0x10, 0x0b};
static struct mbx_flash flash;
static struct mbx_board board;
static unsigned char arena_bytes[MBX_CONTAINERS][2561];
static struct mbx_arena arenas[MBX_CONTAINERS];
static struct mbx_node_config setup;

static void configure(void) {
  memset(flash_bytes, 0xff, sizeof flash_bytes);
  flash.size = sizeof flash;
  flash.write_size = 16;
  flash.erase_size = 256;
  flash.capacity = FLASH_BYTES;
  flash.payload_max = 2048;
  flash.mapped = flash_bytes;
  flash.user = flash_bytes;
  flash.read = flash_read;
  flash.program = flash_program;
  flash.erase = flash_erase;
  board.size = sizeof board;
  board.list = board_list;
  board.read = board_read;
  board.write = board_write;
  board.log = board_log;
  trust();
  for (int i = 0; i < MBX_CONTAINERS; i++) {
    arenas[i].size = sizeof arenas[i];
    arenas[i].memory = arena_bytes[i] + 1;
    arenas[i].len = sizeof arena_bytes[i] - 1;
  }
  setup.size = sizeof setup;
  setup.open_read = 1;
  setup.device = (const uint8_t *)"mote";
  setup.device_len = 4;
  setup.class_name = (const uint8_t *)"test";
  setup.class_len = 4;
  setup.keys = &key;
  setup.key_count = 1;
  setup.flash = &flash;
  setup.board = &board;
  setup.arenas = arenas;
  setup.arena_count = MBX_CONTAINERS;
  setup.seed = 5;
  setup.boots = 1;
}

/* Every pointer once NULL, every size once wrong, memory too small: an error, and nothing in *node. */
static void refuse(unsigned char *memory, size_t needed) {
  const struct mbx_node_config good = setup;
  const struct mbx_flash good_flash = flash;
  const struct mbx_board good_board = board;
  size_t size = 0;
  uint32_t bytes = 0;
#define REFUSED(change, error)                                                                                         \
  do {                                                                                                                 \
    change;                                                                                                            \
    CHECK(mbx_node_init(memory, needed, &setup, &node) == (error) && node == NULL);                                   \
    setup = good;                                                                                                     \
    flash = good_flash;                                                                                                \
    board = good_board;                                                                                                \
  } while (0)
  CHECK(mbx_node_size(NULL, &size) == MBX_E_NULL && mbx_node_size(&setup, NULL) == MBX_E_NULL);
  CHECK(mbx_node_flash_bytes(NULL, &bytes) == MBX_E_NULL && mbx_node_flash_bytes(&flash, NULL) == MBX_E_NULL);
  CHECK(mbx_node_flash_bytes(&flash, &bytes) == MBX_OK && bytes > 0 && bytes <= FLASH_BYTES);
  CHECK(mbx_node_init(NULL, needed, &setup, &node) == MBX_E_NULL);
  CHECK(mbx_node_init(memory, needed, NULL, &node) == MBX_E_NULL);
  CHECK(mbx_node_init(memory, needed, &setup, NULL) == MBX_E_NULL);
  CHECK(mbx_node_init(memory, 100, &setup, &node) == MBX_E_SIZE && node == NULL);
  REFUSED(setup.size--, MBX_E_SIZE);
  REFUSED(setup.device = NULL, MBX_E_NULL);
  REFUSED(setup.device_len = 17, MBX_E_NODE_NAME);
  REFUSED(setup.class_name = NULL, MBX_E_NULL);
  REFUSED(setup.keys = NULL, MBX_E_NULL);
  REFUSED(setup.flash = NULL, MBX_E_NULL);
  REFUSED(setup.board = NULL, MBX_E_NULL);
  REFUSED(setup.arenas = NULL, MBX_E_NULL);
  REFUSED(setup.arena_count = 1, MBX_E_NODE_ARENAS);
  REFUSED(flash.size = 0, MBX_E_SIZE);
  REFUSED(flash.read = NULL, MBX_E_NULL);
  REFUSED(flash.program = NULL, MBX_E_NULL);
  REFUSED(flash.erase = NULL, MBX_E_NULL);
  REFUSED(flash.capacity = 512, MBX_E_STORE_LAYOUT);
  REFUSED(board.size = 0, MBX_E_SIZE);
  REFUSED(board.list = NULL, MBX_E_NULL);
  REFUSED(board.read = NULL, MBX_E_NULL);
  REFUSED(board.write = NULL, MBX_E_NULL);
  REFUSED(setup.alias_len = 1, MBX_E_NULL);
  arenas[1].len = 30;
  REFUSED((void)0, MBX_E_JS_ARENA);
  arenas[1].len = sizeof arena_bytes[1] - 1;
  arenas[1].memory = NULL;
  REFUSED((void)0, MBX_E_NULL);
  arenas[1].memory = arena_bytes[1] + 1;
  key.public_key = NULL;
  REFUSED((void)0, MBX_E_NULL);
  key.public_key = site_key;
}

/* The same of a node that runs, where a message is on its way in both directions: nothing is taken, nothing is written. */
static void refuse_calls(const uint8_t *datagram, size_t datagram_len) {
  static const uint8_t address[16];
  uint8_t out[MBX_OUTGOING_BYTES], to[MBX_ENDPOINT_BYTES];
  size_t len = 77, to_len = 77;
  struct mbx_request request, good;
  struct mbx_outgoing outgoing;
  struct mbx_container status;
  memset(out, 0, sizeof out);
  memset(&good, 0, sizeof good);
  memset(&outgoing, 0, sizeof outgoing);
  memset(&status, 0, sizeof status);
  good.size = sizeof good;
  good.datagram = datagram;
  good.datagram_len = datagram_len;
  request = good;
  outgoing.size = sizeof outgoing;
  status.size = sizeof status;
  CHECK(mbx_node_set_addresses(NULL, address, 1) == MBX_E_NULL);
  CHECK(mbx_node_status(NULL, 0, &status) == MBX_E_NULL && mbx_node_status(node, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_node_completed(node, 1, 0x44, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_node_handle(NULL, &request, now, out, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_handle(node, NULL, now, out, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_handle(node, &request, now, NULL, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_handle(node, &request, now, out, sizeof out, NULL) == MBX_E_NULL);
  CHECK(mbx_node_late(node, &request, now, NULL, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_late(node, &request, now, out, sizeof out, NULL) == MBX_E_NULL);
#define REQUEST_REFUSED(change, error)                                                                                 \
  do {                                                                                                                 \
    change;                                                                                                            \
    CHECK(mbx_node_handle(node, &request, now, out, sizeof out, &len) == (error));                                     \
    CHECK(mbx_node_late(node, &request, now, out, sizeof out, &len) == (error));                                       \
    request = good;                                                                                                    \
  } while (0)
  REQUEST_REFUSED(request.size--, MBX_E_SIZE);
  REQUEST_REFUSED(request.datagram = NULL, MBX_E_NULL);
  REQUEST_REFUSED(request.endpoint_len = 1, MBX_E_NULL);
  REQUEST_REFUSED(request.identity_len = 1, MBX_E_NULL);
  REQUEST_REFUSED((request.endpoint = out, request.endpoint_len = MBX_ENDPOINT_BYTES + 1), MBX_E_COAP_ENDPOINT);
  REQUEST_REFUSED(request.security = 3, MBX_E_COAP_SECURITY);
  CHECK(mbx_node_next_notification(node, now, NULL, sizeof out, &len, to, &to_len) == MBX_E_NULL);
  CHECK(mbx_node_next_notification(node, now, out, sizeof out, NULL, to, &to_len) == MBX_E_NULL);
  CHECK(mbx_node_next_notification(node, now, out, sizeof out, &len, NULL, &to_len) == MBX_E_NULL);
  CHECK(mbx_node_next_notification(node, now, out, sizeof out, &len, to, NULL) == MBX_E_NULL);
  CHECK(mbx_node_next_request(NULL, 9, BYTES("tok"), &outgoing, out, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_next_request(node, 9, NULL, 3, &outgoing, out, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_next_request(node, 9, BYTES("tok"), NULL, out, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_next_request(node, 9, BYTES("tok"), &outgoing, NULL, sizeof out, &len) == MBX_E_NULL);
  CHECK(mbx_node_next_request(node, 9, BYTES("tok"), &outgoing, out, sizeof out, NULL) == MBX_E_NULL);
  CHECK(mbx_node_next_request(node, 9, BYTES("too long."), &outgoing, out, sizeof out, &len) == MBX_E_COAP_TOKEN);
  outgoing.size--;
  CHECK(mbx_node_next_request(node, 9, BYTES("tok"), &outgoing, out, sizeof out, &len) == MBX_E_SIZE);
  CHECK(len == 77 && to_len == 77 && outgoing.port == 0 && status.id_len == 0 && out[0] == 0);
}

static void boot(void) {
  /* At an odd address, and as large as the macro says. */
  static unsigned char memory[MBX_NODE_SIZE(1) + 1];
  size_t needed = 0;
  CHECK(mbx_node_size(&setup, &needed) == MBX_OK && needed <= MBX_NODE_SIZE(1));
  before = node;
  node = NULL;
  if (setup.boots == 1) refuse(memory + 1, needed);
  CHECK(mbx_node_init(memory + 1, needed, &setup, &node) == MBX_OK && node != NULL);
  before = NULL;
}
/* Stores a container as a boot loader does, with the node not there. */
static void store_as_boot_loader(const struct file *file) {
  static unsigned char envelope_bytes[MBX_ENVELOPE_SIZE(1)], store_bytes[MBX_STORE_SIZE];
  struct boot loader;
  uint32_t slot = 99, pair = 99;
  memset(&loader, 0, sizeof loader);
  loader.payload_max = flash.payload_max;
  CHECK(mbx_envelope_init(envelope_bytes, sizeof envelope_bytes, &config, &loader.envelope) == MBX_OK);
  CHECK(mbx_store_init(store_bytes, sizeof store_bytes, &flash, &loader.store) == MBX_OK);
  CHECK(mbx_store_finish(loader.store) == MBX_OK);
  /* It finds what the node has stored, */
  CHECK(mbx_store_find(loader.store, BYTES("alarm"), &pair) == MBX_OK && pair == 0);
  CHECK(mbx_store_newest(loader.store, pair, MBX_SLOT_TRIAL, &slot) == MBX_OK);
  CHECK(boot_install(&loader, BYTES("alarm"), MBX_FORM_BINARY, file->bytes, file->len, &slot) == MBX_OK);
}

/* The peer observes the log: what is in it now comes as the answer, what comes to it as notifications, which `settle` takes. An
 * address that may be forged is asked to show that it is there (4.01 with Echo). */
static void observe(void) {
  uint8_t datagram[32];
  struct mbx_message message;
  size_t to = begin(datagram, 1);
  to += put_option(datagram + to, 6, "", 0);
  to += put_option(datagram + to, 5, "c", 1);
  to += put_option(datagram + to, 0, "alarm", 5);
  to += put_option(datagram + to, 0, "log", 3);
  CHECK(exchange(node, datagram, to, &message) == 0x81);
  datagram[3] = (uint8_t)++message_id;
  security = MBX_SECURITY_DTLS;
  CHECK(exchange(node, datagram, to, &message) == 0x45);
  security = MBX_SECURITY_NONE;
}
static void notified(void) {
  uint8_t endpoint[MBX_ENDPOINT_BYTES];
  struct mbx_message message;
  size_t len = 77, endpoint_len = 77;
  memset(&message, 0, sizeof message);
  message.size = sizeof message;
  CHECK(mbx_coap_parse(notification, notification_len, &message) == MBX_OK && message.code == 0x45);
  CHECK(message.payload_len > 8 && !memcmp(message.payload + message.payload_len - 8, "alarm 1\n", 8));
  CHECK(mbx_node_next_notification(node, now, answer, sizeof answer, &len, endpoint, &endpoint_len) == MBX_SILENT);
  CHECK(len == 77 && endpoint_len == 77);
}

/* What a system says that can wait no longer: nothing to who asks again anyway, 5.03 to who does not. */
static void late(void) {
  uint8_t datagram[32], out[64];
  struct mbx_message message;
  struct mbx_request request;
  size_t len = 77, to = begin(datagram, 3);
  to += put_option(datagram + to, 11, "alarm", 5);
  memset(&request, 0, sizeof request);
  request.size = sizeof request;
  request.datagram = datagram;
  request.datagram_len = to;
  CHECK(mbx_node_late(node, &request, now, out, sizeof out, &len) == MBX_SILENT && len == 77);
  datagram[0] |= 0x10; /* NON */
  CHECK(mbx_node_late(node, &request, now, out, sizeof out, &len) == MBX_OK && len <= sizeof out);
  memset(&message, 0, sizeof message);
  message.size = sizeof message;
  CHECK(mbx_coap_parse(out, len, &message) == MBX_OK && message.code == 0xa3);
}

int main(int argc, char **argv) {
  static struct file first, second;
  uint8_t datagram[64], out[MBX_OUTGOING_BYTES];
  struct mbx_container status;
  struct mbx_outgoing outgoing;
  struct mbx_message message;
  size_t len = 0, to;
  CHECK(argc == 2);
  load(argv[1], "alarm-1.mbx", &first);
  load(argv[1], "alarm-2.mbx", &second);
  CHECK(mbx_ed25519_verify(NULL, site_key, NULL, 0, signature) == 1);
  CHECK(mbx_ed25519_verify(NULL, site_key, signature, 1, signature) == 0);
  CHECK(mbx_ed25519_verify(NULL, NULL, NULL, 0, signature) == 0 && mbx_ed25519_verify(NULL, site_key, NULL, 0, NULL) == 0);
  configure();
  boot();
  settle(node);

  /* A changed byte of the payload is refused, and nothing is started. */
  first.bytes[first.len - 9] ^= 1;
  CHECK(push(node, "alarm", first.bytes, first.len) >> 5 == 4);
  first.bytes[first.len - 9] ^= 1;
  CHECK(push(node, "alarm", first.bytes, first.len) == 0x41);
  settle(node);
  memset(&status, 0, sizeof status);
  CHECK(mbx_node_status(node, 0, &status) == MBX_E_SIZE);
  status.size = sizeof status;
  CHECK(mbx_node_status(node, 0, &status) == MBX_OK && status.id_len == 5 && !memcmp(status.id, "alarm", 5));
  CHECK(status.sequence == 1 && status.high_water_bytes <= status.arena_bytes);
  CHECK(mbx_node_status(node, 2, &status) == MBX_E_NODE_INDEX);
  CHECK(!strcmp(printed, "watching from 800 lux on\n"));
  observe();
  late();

  /* An interrupt has seen the light. */
  light = 900;
  noise = 800;
  CHECK(mbx_node_post(node, MBX_EVENT_DEVICE, 0, now) == MBX_OK);
  CHECK(mbx_node_post(node, 55, 0, now) == MBX_E_NODE_EVENT);
  for (int second = 0; second < 120 && writes == 0; second++) {
    now += 1000000;
    settle(node);
  }
  CHECK(writes > 0 && buzzer > 0 && met > 0 && strstr(printed, "\nalarm 1\n") != NULL);
  notified();

  /* The script asks the cloud; the system would send it, and completes it. */
  memset(&outgoing, 0, sizeof outgoing);
  outgoing.size = sizeof outgoing;
  CHECK(mbx_node_next_request(node, 9, BYTES("tok"), &outgoing, out, 8, &len) == MBX_E_SIZE);
  to = begin(datagram, 3);
  to += put_option(datagram + to, 11, "alarm", 5);
  refuse_calls(datagram, to);
  CHECK(mbx_node_next_request(node, 9, BYTES("tok"), &outgoing, out, sizeof out, &len) == MBX_OK);
  CHECK(outgoing.method == 2 && outgoing.port == 5683 && outgoing.address[0] == 0x20 && len > 8);
  memset(&message, 0, sizeof message);
  CHECK(mbx_coap_parse(out, len, &message) == MBX_E_SIZE);
  message.size = sizeof message;
  CHECK(mbx_coap_parse(out, len, &message) == MBX_OK && message.id == 9 && message.token_len == 3);
  CHECK(message.payload_len == 6 && !memcmp(message.payload, "ALARM!", 6));
  CHECK(mbx_node_completed(node, outgoing.id, 0x44, NULL, 0) == MBX_OK);
  settle(node);
  CHECK(strstr(printed, "\nthe cloud knows\n") != NULL);

  /* The guard answers the alarm. */
  to = begin(datagram, 3);
  to += put_option(datagram + to, 11, "alarm", 5);
  uint8_t code = exchange(node, datagram, to, &message);
  CHECK(code == 0x44);
  settle(node);
  CHECK(buzzer == 0 && strstr(printed, "\nended by the guard\n") != NULL);

  /* Power is cut: what was accepted is still there, and runs. */
  setup.boots = 2;
  boot();
  settle(node);
  status.size = sizeof status;
  CHECK(mbx_node_status(node, 0, &status) == MBX_OK && status.sequence == 1);

  /* And what a boot loader stores, the node runs. */
  store_as_boot_loader(&second);
  setup.boots = 3;
  boot();
  settle(node);
  CHECK(mbx_node_status(node, 0, &status) == MBX_OK && status.sequence == 2 && status.state == MBX_SLOT_TRIAL);

  CHECK(mbx_coap_parse(NULL, 4, &message) == MBX_E_NULL && mbx_coap_parse(datagram, 3, &message) == MBX_E_COAP_MALFORMED);
  CHECK(mbx_coap_parse(datagram, to, NULL) == MBX_E_NULL);
  CHECK(mbx_node_poll(NULL, now, &now) == MBX_E_NULL && mbx_node_poll(node, now, NULL) == MBX_E_NULL);
  CHECK(mbx_node_post(NULL, 0, 0, now) == MBX_E_NULL);
  CHECK(mbx_node_completed(NULL, 1, 0x44, NULL, 0) == MBX_E_NULL);
  CHECK(mbx_node_set_addresses(node, NULL, 1) == MBX_E_NULL && mbx_node_set_addresses(node, NULL, 0) == MBX_OK);
  CHECK(mbx_node_take_reboot(node) >= 0 && mbx_node_take_reboot(NULL) == MBX_E_NULL);
  CHECK(mbx_node_next_notification(NULL, now, out, sizeof out, &len, datagram, &to) == MBX_E_NULL);
  CHECK(mbx_node_late(NULL, NULL, now, out, sizeof out, &len) == MBX_E_NULL);
  /* The answer is not written over the question, by not one byte. */
  struct mbx_request request;
  memset(&request, 0, sizeof request);
  request.size = sizeof request;
  request.datagram = datagram;
  request.datagram_len = to;
  CHECK(mbx_node_handle(node, &request, now, datagram, sizeof datagram, &len) == MBX_E_OVERLAP);
  CHECK(mbx_node_handle(node, &request, now, datagram + to - 1, 1, &len) == MBX_E_OVERLAP);
  CHECK(mbx_node_late(node, &request, now, datagram, 1, &len) == MBX_E_OVERLAP);
  CHECK(mbx_node_handle(node, &request, now, out, (size_t)-1, &len) < 0);
  CHECK(mbx_node_shut_down(NULL) == MBX_E_NULL && mbx_node_shut_down(node) == MBX_OK);
  return done("node");
}
