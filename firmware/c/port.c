/* The port: all that a node needs of the system under it (os.h), and nothing else. docs/porting.md walks through it. */
#include "port.h"

#include <string.h>

#include "os.h"

enum { PAYLOAD_BYTES = 2048, PDU_BYTES = 128, EVENTS = 4, ACK_TIMEOUT_US = 2000000, REQUEST_TIMEOUT_US = 10000000 };

static struct mbx_node *node;
static struct mbx_event_queue *events;

/* ---- clock ---- */
uint64_t port_now(void) {
  static struct mbx_clock32 clock = {.size = sizeof clock};
  uint64_t now = 0;
  mbx_clock32_us(&clock, os_counter_us(), &now);
  return now;
}

/* ---- flash ---- */
static int32_t flash_read(void *user, uint32_t offset, uint8_t *to, size_t len) {
  memcpy(to, os_flash + offset, len);
  return 0;
}
static int32_t flash_program(void *user, uint32_t offset, const uint8_t *from, size_t len) {
  return os_flash_write(offset, from, len);
}
static int32_t flash_erase(void *user, uint32_t from, uint32_t to) { return os_flash_erase(from, to); }
static const struct mbx_flash flash = {
    .size = sizeof flash, .write_size = OS_FLASH_WORD, .erase_size = OS_FLASH_PAGE, .capacity = OS_FLASH_BYTES,
    .payload_max = PAYLOAD_BYTES, .mapped = os_flash, .read = flash_read, .program = flash_program, .erase = flash_erase};

/* ---- devices and log ---- */
static int32_t board_list(void *user, uint16_t device, struct mbx_device *out) {
  if (device >= OS_DEVICES) return MBX_DEVICE_GONE;
  out->kind = os_devices[device].kind;
  out->name = (const uint8_t *)os_devices[device].name;
  out->name_len = strlen(os_devices[device].name);
  out->safe_count = os_devices[device].writable; /* one value: 0 */
  return 0;
}
static int32_t board_read(void *user, uint16_t device, uint8_t axis, int16_t *value, int8_t *scale) {
  if (axis > 0) return MBX_DEVICE_NO_AXIS;
  return os_sense(device, value) ? MBX_DEVICE_UNSUPPORTED : 0;
}
static int32_t board_write(void *user, uint16_t device, const int16_t *values, uint8_t count, int8_t scale) {
  if (count > 1) return MBX_DEVICE_NO_AXIS;
  return os_actuate(device, values[0]) ? MBX_DEVICE_UNSUPPORTED : 0;
}
static void board_log(void *user, const uint8_t *container, size_t container_len, const uint8_t *piece, size_t len) {
  os_print(piece, len);
}
static const struct mbx_board board = {
    .size = sizeof board, .list = board_list, .read = board_read, .write = board_write, .log = board_log};

/* ---- events from interrupts ---- */
static uint32_t irq_off(void *user) { return os_irq_off(); }
static void irq_restore(void *user, uint32_t before) { os_irq_restore(before); }
int32_t port_device_changed(uint16_t device) { return mbx_event_post(events, MBX_EVENT_DEVICE, device); }
int32_t port_received(void) { return mbx_event_post(events, MBX_EVENT_WAKE, 0); }

/* ---- CoAP out: a script's request, one at a time (RFC 7252, 4.7), repeated until somebody answers (4.2) ---- */
static struct {
  uint64_t id, token, due, ends, wait;
  size_t len; /* 0: there is none */
  struct os_peer to;
  uint8_t bytes[MBX_OUTGOING_BYTES];
} asked;
static void ask(uint64_t now) {
  static uint16_t message_id;
  struct mbx_outgoing made = {.size = sizeof made};
  if (!asked.len) {
    asked.token = os_random();
    if (mbx_node_next_request(node, ++message_id, (uint8_t *)&asked.token, 8, &made, asked.bytes, sizeof asked.bytes,
                              &asked.len) != MBX_OK) return;
    memcpy(asked.to.address, made.address, 16);
    asked.to.port[0] = (uint8_t)(made.port >> 8), asked.to.port[1] = (uint8_t)made.port;
    asked.id = made.id, asked.due = now, asked.ends = now + REQUEST_TIMEOUT_US, asked.wait = ACK_TIMEOUT_US;
  }
  if (now >= asked.ends) {
    mbx_node_completed(node, asked.id, 0, NULL, 0);
    asked.len = 0;
  } else if (now >= asked.due) {
    os_udp_send(&asked.to, asked.bytes, asked.len);
    asked.due = now + asked.wait, asked.wait *= 2;
  }
}
static void heard(const uint8_t *datagram, size_t len, const struct os_peer *from) {
  struct mbx_message said = {.size = sizeof said};
  if (!asked.len || memcmp(from, &asked.to, sizeof *from) || mbx_coap_parse(datagram, len, &said) != MBX_OK) return;
  if (said.code == 0 && !memcmp(datagram + 2, asked.bytes + 2, 2)) asked.due = asked.ends; /* the answer comes later */
  if (said.token_len != 8 || memcmp(said.token, &asked.token, 8)) return;
  const uint8_t acknowledgement[4] = {0x60, 0, datagram[2], datagram[3]};
  if (said.kind == 0) os_udp_send(from, acknowledgement, 4);
  mbx_node_completed(node, asked.id, said.code, said.payload, said.payload_len);
  asked.len = 0;
}

/* ---- CoAP in: one datagram in hand, handed in until it is answered, or until its sender sends it again anyway ---- */
static uint8_t in[PDU_BYTES], out[PDU_BYTES];
static void serve(uint64_t now) {
  static struct os_peer from;
  static struct mbx_request request = {
      .size = sizeof request, .datagram = in, .endpoint = (const uint8_t *)&from, .endpoint_len = sizeof from};
  static uint64_t late;
  size_t len = 0;
  if (!request.sent_len) {
    request.sent_len = os_udp_receive(in, sizeof in, &from);
    request.datagram_len = request.sent_len < sizeof in ? request.sent_len : sizeof in;
    late = now + ACK_TIMEOUT_US;
  }
  if (!request.sent_len) return;
  int32_t outcome = mbx_node_handle(node, &request, now, out, sizeof out, &len);
  if (outcome == MBX_PENDING && now < late) return;
  if (outcome == MBX_PENDING) outcome = mbx_node_late(node, &request, now, out, sizeof out, &len);
  if (outcome == MBX_NOT_MINE) heard(in, request.datagram_len, &from);
  if (outcome == MBX_OK) os_udp_send(&from, out, len);
  request.sent_len = 0;
}

/* ---- the loop ---- */
int32_t port_start(void *memory, size_t len, struct mbx_node_config *config) {
  static uint8_t queue[MBX_EVENT_QUEUE_SIZE(EVENTS)];
  const struct mbx_critical critical = {.size = sizeof critical, .enter = irq_off, .leave = irq_restore};
  int32_t error = mbx_event_init(queue, sizeof queue, &critical, &events);
  config->flash = &flash, config->board = &board, config->seed = os_random();
  config->max_request_bytes = PDU_BYTES, config->request_timeout_us = REQUEST_TIMEOUT_US;
  return error ? error : mbx_node_init(memory, len, config, &node);
}
uint64_t port_turn(void) {
  uint64_t deadline = 0;
  uint8_t observer[MBX_ENDPOINT_BYTES];
  size_t len, observer_len;
  serve(port_now());
  mbx_node_poll(node, port_now(), &deadline);
  ask(port_now());
  while (mbx_node_next_notification(node, port_now(), out, sizeof out, &len, observer, &observer_len) == MBX_OK)
    os_udp_send((const struct os_peer *)observer, out, len);
  if (mbx_node_take_reboot(node) == 1) mbx_node_shut_down(node), os_reset();
  return asked.len && asked.due < deadline ? asked.due : deadline;
}
void port_sleep(uint64_t until) {
  uint32_t kind, value, before = os_irq_off(); /* what comes now stays pending, and ends the sleep */
  int32_t outcome = mbx_event_take(events, &kind, &value);
  if (outcome == MBX_EMPTY && until > port_now()) os_wait_for_interrupt();
  os_irq_restore(before);
  for (; outcome == MBX_OK; outcome = mbx_event_take(events, &kind, &value)) mbx_node_post(node, kind, value, port_now());
}
