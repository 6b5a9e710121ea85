/* The node of the image `node`, from C: the same flash, verifier and memory, and the same calls, behind the functions of
 * motebox.h. With MORE (ffi-more.c) also what the Rust image does not do: events, clock, status, parsing of answers. Linked
 * and weighed, never run: what it is called with comes from where the compiler cannot look. */
#include <motebox.h>

/* Anything, from anywhere. */
extern volatile uint32_t unknown;
volatile uint32_t unknown;
static const uint8_t *volatile bytes;
#define INPUT bytes, (size_t)unknown

static int32_t flash_read(void *user, uint32_t offset, uint8_t *to, size_t len) {
  (void)user;
  to[0] = (uint8_t)(offset + len + unknown);
  return (int32_t)unknown;
}
static int32_t flash_program(void *user, uint32_t offset, const uint8_t *from, size_t len) {
  (void)user;
  unknown = offset + from[0] + (uint32_t)len;
  return (int32_t)unknown;
}
static int32_t flash_erase(void *user, uint32_t from, uint32_t to) {
  (void)user;
  unknown = from + to;
  return (int32_t)unknown;
}
static int32_t board_list(void *user, uint16_t number, struct mbx_device *out) {
  (void)user;
  out->name = bytes;
  out->name_len = unknown;
  return (int32_t)(unknown + number);
}
static int32_t board_read(void *user, uint16_t device, uint8_t axis, int16_t *value, int8_t *scale) {
  (void)user;
  *value = (int16_t)device;
  *scale = (int8_t)axis;
  return (int32_t)unknown;
}
static int32_t board_write(void *user, uint16_t device, const int16_t *values, uint8_t count, int8_t scale) {
  (void)user;
  unknown = device + (uint32_t)values[0] + count + (uint32_t)scale;
  return (int32_t)unknown;
}
static void board_log(void *user, const uint8_t *container, size_t container_len, const uint8_t *piece, size_t len) {
  (void)user;
  unknown = container[0] + (uint32_t)container_len + piece[0] + (uint32_t)len;
}
#ifdef MORE
static uint32_t enter(void *user) {
  (void)user;
  return unknown;
}
static void leave(void *user, uint32_t before) {
  (void)user;
  unknown = before;
}
static unsigned char queue_memory[MBX_EVENT_QUEUE_SIZE(8)];
static const struct mbx_critical critical = {sizeof critical, 0, enter, leave};
static struct mbx_event_queue *queue;
#endif

static unsigned char memory[MBX_NODE_SIZE(1)];
static uint32_t first[640], second[640];
static const uint8_t mapped[64], public_key[32];
static const struct mbx_flash flash = {.size = sizeof flash,
                                       .write_size = 16,
                                       .erase_size = 256,
                                       .capacity = 16384,
                                       .payload_max = 1024,
                                       .mapped = mapped,
                                       .read = flash_read,
                                       .program = flash_program,
                                       .erase = flash_erase};
static const struct mbx_board board = {
    .size = sizeof board, .list = board_list, .read = board_read, .write = board_write, .log = board_log};
static const struct mbx_key key = {.size = sizeof key,
                                   .kinds = MBX_KINDS_ALL,
                                   .id = (const uint8_t *)"key",
                                   .id_len = 3,
                                   .public_key = public_key};
static const struct mbx_arena arenas[] = {{sizeof arenas[0], first, sizeof first},
                                          {sizeof arenas[0], second, sizeof second}};
static const struct mbx_node_config config = {.size = sizeof config,
                                              .device = (const uint8_t *)"mote",
                                              .device_len = 4,
                                              .class_name = (const uint8_t *)"test",
                                              .class_len = 4,
                                              .keys = &key,
                                              .key_count = 1,
                                              .flash = &flash,
                                              .board = &board,
                                              .arenas = arenas,
                                              .arena_count = MBX_CONTAINERS};

/* From an interrupt. */
void interrupt(void) {
#ifdef MORE
  unknown = (uint32_t)mbx_event_post(queue, MBX_EVENT_DEVICE, unknown);
#endif
}

static void serve(struct mbx_node *node, uint64_t now) {
  uint8_t out[MBX_OUTGOING_BYTES], endpoint[MBX_ENDPOINT_BYTES];
  struct mbx_request request = {.size = sizeof request,
                                .security = unknown,
                                .datagram = bytes,
                                .datagram_len = unknown,
                                .endpoint = bytes,
                                .endpoint_len = unknown,
                                .identity = bytes,
                                .identity_len = unknown,
                                .answer_max = 128};
  struct mbx_outgoing outgoing = {.size = sizeof outgoing};
  size_t len = 0, endpoint_len = 0;
  if (mbx_node_handle(node, &request, now, out, sizeof out, &len) == MBX_PENDING)
    unknown = (uint32_t)mbx_node_late(node, &request, now, out, sizeof out, &len);
  if (mbx_node_next_request(node, (uint16_t)unknown, INPUT, &outgoing, out, sizeof out, &len) == MBX_OK)
    unknown = (uint32_t)mbx_node_completed(node, outgoing.id, (uint8_t)unknown, INPUT);
  unknown = (uint32_t)mbx_node_next_notification(node, now, out, sizeof out, &len, endpoint, &endpoint_len);
  unknown = out[unknown & 7] + endpoint[0];
}

#ifdef MORE
static void more(struct mbx_node *node, uint64_t *now) {
  struct mbx_clock32 clock = {.size = sizeof clock};
  struct mbx_container status = {.size = sizeof status};
  struct mbx_message message = {.size = sizeof message};
  uint32_t kind = 0, value = 0;
  if (!queue) unknown = (uint32_t)mbx_event_init(queue_memory, sizeof queue_memory, &critical, &queue);
  unknown = (uint32_t)mbx_clock32_us(&clock, unknown, now);
  while (mbx_event_take(queue, &kind, &value) == MBX_OK) unknown = (uint32_t)mbx_node_post(node, kind, value, *now);
  unknown = (uint32_t)mbx_node_status(node, unknown, &status) + (uint32_t)mbx_event_lost(queue, &value);
  unknown = (uint32_t)mbx_node_set_addresses(node, INPUT) + (uint32_t)mbx_node_flash_bytes(&flash, &kind);
  unknown = (uint32_t)mbx_coap_parse(INPUT, &message) + message.code;
}
#endif

int main(void) {
  struct mbx_node *node = 0;
  uint64_t now = 0, deadline = 0;
  if (mbx_node_init(memory, sizeof memory, &config, &node) != MBX_OK) return 1;
  for (;;) {
    now = unknown;
#ifdef MORE
    more(node, &now);
#endif
    unknown = (uint32_t)mbx_node_poll(node, now, &deadline);
    serve(node, now);
    if (mbx_node_take_reboot(node) == 1) return (int)mbx_node_shut_down(node);
  }
}

void mbx_panic(void) {
  for (;;) {
  }
}

void reset(void) {
  unknown = (uint32_t)main();
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    (void (*)(void))0x20040000, reset, interrupt};
