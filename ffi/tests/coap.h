/* CoAP by hand, for the tests of nodes. */
#ifndef COAP_H
#define COAP_H
#include "check.h"

enum { BLOCK = 64 };

/* Microseconds; the first ones are those before 32 bits overflow. */
static uint64_t now = 0xfffffff0u;

static uint16_t message_id;
/* What the transport has proved of the peer. */
static uint32_t security = MBX_SECURITY_NONE;
static uint8_t answer[1280];

static size_t put_option(uint8_t *to, unsigned delta, const void *value, size_t len) {
  CHECK(delta < 13 && len < 13);
  to[0] = (uint8_t)(delta << 4 | len);
  memcpy(to + 1, value, len);
  return len + 1;
}
/* Hands a datagram to the node until it has an answer; returns its code, the parsed answer in *message. */
static uint8_t exchange(struct mbx_node *node, const uint8_t *datagram, size_t len, struct mbx_message *message) {
  struct mbx_request request;
  size_t answer_len = 0;
  int32_t outcome = MBX_PENDING;
  memset(&request, 0, sizeof request);
  request.size = sizeof request;
  request.datagram = datagram;
  request.datagram_len = len;
  request.endpoint = (const uint8_t *)"peer";
  request.endpoint_len = 4;
  request.security = security;
  request.identity = (const uint8_t *)"guard";
  request.identity_len = security == MBX_SECURITY_NONE ? 0 : 5;
  for (int tries = 0; outcome == MBX_PENDING; tries++) {
    uint64_t deadline;
    CHECK(tries < 10000);
    outcome = mbx_node_handle(node, &request, now, answer, sizeof answer, &answer_len);
    if (outcome == MBX_PENDING) CHECK(mbx_node_poll(node, now, &deadline) == MBX_OK);
    now += 10;
  }
  CHECK(outcome == MBX_OK);
  memset(message, 0, sizeof *message);
  message->size = sizeof *message;
  CHECK(mbx_coap_parse(answer, answer_len, message) == MBX_OK && message->id == message_id);
  return message->code;
}
static size_t begin(uint8_t *to, uint8_t method) {
  message_id++;
  to[0] = 0x40;
  to[1] = method;
  to[2] = (uint8_t)(message_id >> 8);
  to[3] = (uint8_t)message_id;
  return 4;
}
/* Puts a container in blocks into /c/{id}; returns the code of the last answer. */
static uint8_t push(struct mbx_node *node, const char *id, const uint8_t *container, size_t len) {
  uint8_t datagram[128], code = 0;
  struct mbx_message message;
  for (size_t at = 0, number = 0; at < len; at += BLOCK, number++) {
    size_t part = len - at < BLOCK ? len - at : BLOCK, to = begin(datagram, 3);
    uint8_t format = 63, block[2];
    unsigned value = (unsigned)(number << 4 | (unsigned)(at + part < len) << 3 | 2);
    block[0] = (uint8_t)(value >> 8);
    block[1] = (uint8_t)value;
    to += put_option(datagram + to, 11, "c", 1);
    to += put_option(datagram + to, 0, id, strlen(id));
    to += put_option(datagram + to, 1, &format, 1);
    datagram[to++] = 13 << 4 | 2; /* Block1 is 27: 12 + 15 */
    datagram[to++] = 27 - 12 - 13;
    memcpy(datagram + to, block, 2);
    to += 2;
    datagram[to++] = 0xff;
    memcpy(datagram + to, container + at, part);
    code = exchange(node, datagram, to + part, &message);
    if (code >> 5 != 2) return code;
  }
  return code;
}

/* The newest notification, as a message in `notification`. */
static uint8_t notification[256];
static size_t notification_len;

/* Polls a node until it has nothing more to do at once, and takes what it has for its observers. */
static void settle(struct mbx_node *node) {
  uint8_t endpoint[MBX_ENDPOINT_BYTES];
  size_t endpoint_len = 0;
  uint64_t deadline = 0;
  for (int polls = 0; polls < 100000; polls++) {
    CHECK(mbx_node_poll(node, now, &deadline) == MBX_OK);
    while (mbx_node_next_notification(node, now, notification, sizeof notification, &notification_len, endpoint,
                                      &endpoint_len) == MBX_OK) {
      CHECK(endpoint_len == 4 && !memcmp(endpoint, "peer", 4) && notification_len <= sizeof notification);
    }
    if (deadline > now) return;
    now += 10;
  }
  CHECK(!"the node settles");
}
#endif
