/* What is asked is written by hand: a client needs little of CoAP. */
#include "operator.h"

#include <string.h>

#include "air.h"
#include "motebox.h"
#include "port.h"
#include "semihost.h"

enum { GET = 1, PUT = 3, URI_PATH = 11, CONTENT_FORMAT = 12, ACCEPT = 17, BLOCK2 = 23, BLOCK1 = 27 };
enum { TEXT = 0, CBOR_SEQ = 63, BLOCK_64 = 2, BLOCK_BYTES = 64, MORE = 8, PATIENCE_US = 30000000 };

static uint16_t message_id;
static uint8_t datagram[128];
static size_t length;
static uint16_t last_option;
/* The newest answer's body, as much of it as there is room for. */
static uint8_t body[1024];
static size_t body_len;

void operator_start(uint32_t boots) { message_id = (uint16_t)(1 + 0x1000 * boots); }

static void begin(uint8_t method) {
  message_id++;
  const uint8_t head[] = {0x42,
                          method,
                          (uint8_t)(message_id >> 8),
                          (uint8_t)message_id,
                          (uint8_t)(message_id >> 8),
                          (uint8_t)message_id};
  memcpy(datagram, head, sizeof head);
  length = sizeof head;
  last_option = 0;
}
/* Numbers below 13 + 256, values below 13 bytes: all that is asked here. */
static void option(uint16_t number, const void *value, size_t len) {
  uint16_t delta = (uint16_t)(number - last_option);
  last_option = number;
  datagram[length++] = (uint8_t)((delta < 13 ? delta : 13) << 4 | len);
  if (delta >= 13) datagram[length++] = (uint8_t)(delta - 13);
  memcpy(datagram + length, value, len);
  length += len;
}
static void path_options(const char *path) {
  for (;;) {
    size_t segment = strcspn(path, "/");
    option(URI_PATH, path, segment);
    if (!path[segment]) return;
    path += segment + 1;
  }
}
static void number_option(uint16_t number, uint32_t value) {
  const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
  size_t skip = value > 255 ? 0 : value > 0 ? 1 : 2;
  option(number, bytes + skip, sizeof bytes - skip);
}

/* Whether the answer's Block2 says that there is more. */
static int has_more(const uint8_t *bytes, size_t len) {
  uint32_t number = 0;
  for (size_t at = 4 + (bytes[0] & 15u); at < len && bytes[at] != 0xff;) {
    uint32_t delta = bytes[at] >> 4, size = bytes[at] & 15u;
    at++;
    if (delta == 13) delta += bytes[at++];
    if (size == 13) size += bytes[at++];
    number += delta;
    if (number == BLOCK2) return size > 0 && (bytes[at + size - 1] & MORE);
    at += size;
  }
  return 0;
}

/* One exchange: lets the mote run until it has answered. The answer's code, 0 for none. */
static uint8_t exchange(enum phase phase, int *more) {
  uint8_t answer[128];
  struct mbx_message message = {.size = sizeof message};
  enum phase before = probe_datagrams;
  uint64_t end = port_now() + PATIENCE_US;
  size_t len = 0;
  probe_datagrams = phase;
  air_send(datagram, length);
  while (!len && port_now() < end) {
    uint64_t deadline = port_turn();
    len = air_answer(answer, sizeof answer);
    if (!len) port_sleep(deadline);
  }
  probe_datagrams = before;
  if (!len || mbx_coap_parse(answer, len, &message) != MBX_OK || message.id != message_id) return 0;
  for (size_t at = 0; at < message.payload_len && body_len < sizeof body; at++) body[body_len++] = message.payload[at];
  if (more) *more = has_more(answer, len);
  return message.code;
}

uint8_t operator_get(const char *path) {
  int more = 0;
  uint8_t code;
  uint32_t block = 0;
  body_len = 0;
  do {
    begin(GET);
    path_options(path);
    if (!strncmp(path, "c/", 2)) number_option(ACCEPT, TEXT);
    if (block > 0) number_option(BLOCK2, block << 4 | BLOCK_64);
    block++;
    code = exchange(SCENARIO, &more);
  } while (more);
  return code;
}

uint8_t operator_put(const char *path, enum phase phase) {
  body_len = 0;
  begin(PUT);
  path_options(path);
  return exchange(phase, NULL);
}

uint8_t operator_upload(const char *path, const char *name, int32_t blocks, enum phase phase) {
  int32_t file = semihost_open(name);
  uint8_t block[BLOCK_BYTES], code = 0;
  if (file < 0) return 0;
  size_t count = (semihost_length(file) + BLOCK_BYTES - 1) / BLOCK_BYTES;
  size_t wanted = blocks == ALL_BLOCKS ? count : (size_t)blocks;
  for (size_t number = 0; number < wanted; number++) {
    size_t len = semihost_read(file, block, sizeof block);
    uint32_t more = number + 1 < count ? MORE : 0;
    body_len = 0;
    begin(PUT);
    path_options(path);
    number_option(CONTENT_FORMAT, CBOR_SEQ);
    number_option(BLOCK1, (uint32_t)number << 4 | more | BLOCK_64);
    datagram[length++] = 0xff;
    memcpy(datagram + length, block, len);
    length += len;
    if (!more) probe_polls = phase;
    code = exchange(UPLOAD, NULL);
    if (more && code != CONTINUE) break;
  }
  semihost_close(file);
  return code;
}

int operator_says(const char *text) {
  size_t len = strlen(text);
  for (size_t at = 0; at + len <= body_len; at++)
    if (!memcmp(body + at, text, len)) return 1;
  return 0;
}
int operator_says_last(const char *text) {
  size_t len = strlen(text);
  return len <= body_len && !memcmp(body + body_len - len, text, len);
}
int32_t operator_number(const char *name) {
  size_t len = strlen(name);
  for (size_t at = 0; at + len < body_len; at++) {
    if ((at > 0 && body[at - 1] != '\n') || memcmp(body + at, name, len) || body[at + len] != ' ') continue;
    int32_t number = 0;
    for (at += len + 1; at < body_len && body[at] >= '0' && body[at] <= '9'; at++) number = number * 10 + body[at] - '0';
    return number;
  }
  return -1;
}
