/* Networks from C: two nodes and the filter of the examples between their stacks, modules in C that use everything that there
 * is, and what must be refused. */
#include "check.h"
#include "../examples/filter.c"

enum { STACKS = 2, MODULES = 8, WORDS = 24, SLOTS = 8, OWN = 3 };
#define SIZE MBX_CRIME_SIZE(STACKS, MODULES, WORDS, SLOTS, OWN)

/* Of channel 146: broadcast, the filter for -80 dBm and an application; the same without the filter. */
static const uint8_t filtered[] = {0x82, 1, 0x85, 0xf6, 0x82, 1, 0xa1, 0, 0x18, 146, 3, 0x82, 0x18, 192, 0xa1, 0, 0x18, 80, 5};
static const uint8_t plain[] = {0x82, 1, 0x84, 0xf6, 0x82, 1, 0xa1, 0, 0x18, 146, 3, 5};

static unsigned char memory[2][SIZE + 1];
static struct mbx_crime *node, *other;
static struct mbx_crime_config config;
static struct mbx_crime_reception reception;
static struct mbx_crime_frame frame;
static struct mbx_crime_event event;
static struct mbx_crime_cost cost;
static struct mbx_crime_counts stats;
static uint8_t bytes[MBX_CRIME_FRAME_BYTES];

static void sizes(void) {
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.seed = 7;
  config.address = 1;
  config.stacks = STACKS;
  config.modules = MODULES;
  config.words = WORDS;
  config.slots = SLOTS;
  reception.size = sizeof reception;
  reception.rssi_dbm = -60;
  reception.lqi = 200;
  frame.size = sizeof frame;
  event.size = sizeof event;
  cost.size = sizeof cost;
  stats.size = sizeof stats;
}

static int32_t make(int which, struct mbx_crime **made) { return mbx_crime_init(memory[which] + which, SIZE, &config, made); }

/* What one node sends, the other hears at this strength. */
static int32_t deliver(struct mbx_crime *from, struct mbx_crime *to, uint64_t now, int16_t rssi_dbm) {
  CHECK(mbx_crime_next_frame(from, now, bytes, sizeof bytes, &frame) == MBX_OK);
  CHECK(mbx_crime_frame_done(from, now, 1) == MBX_OK);
  reception.rssi_dbm = rssi_dbm;
  return mbx_crime_receive(to, now, bytes, frame.len, &reception);
}

static void the_filter(void) {
  const struct mbx_crime_module *own[] = {&filter};
  uint8_t payload[8];
  uint32_t counts[2];
  size_t count;
  uint64_t next;
  sizes();
  CHECK(make(0, &other) == MBX_OK);
  config.address = 2;
  config.own = own;
  config.own_count = 1;
  CHECK(make(1, &node) == MBX_OK);
  CHECK(mbx_crime_check(node, 0, filtered, sizeof filtered, &cost) == MBX_OK);
  CHECK(cost.stacks == 1 && cost.modules == 4 && cost.words == 5 && cost.slots == 2);
  CHECK(mbx_crime_compose(node, 0, filtered, sizeof filtered) == MBX_OK);
  CHECK(mbx_crime_compose(other, 0, plain, sizeof plain) == MBX_OK);
  CHECK(mbx_crime_poll(node, 0, &next) == MBX_OK && next == MBX_CRIME_NEVER);

  /* As strong as it must be: it comes through, with what the radio knew. */
  CHECK(mbx_crime_send(other, 1000, 146, 0, 0, BYTES("Hello")) == MBX_OK);
  CHECK(deliver(other, node, 2000, -80) == MBX_OK && frame.channel == 146 && frame.from == 1 && frame.to == 0);
  CHECK(frame.len == 9 && !memcmp(bytes, "\x92\0\1\0Hello", 9));
  CHECK(mbx_crime_next_event(node, payload, 3, &event) == MBX_OK && event.operation == MBX_CRIME_RECV);
  CHECK(event.len == 5 && !memcmp(payload, "Hel", 3) && event.from == 1 && event.channel == 146);
  CHECK(event.rssi_dbm == -80 && event.lqi == 200 && event.hops == 0 && event.chunk == 0);
  CHECK(mbx_crime_next_event(other, NULL, 0, &event) == MBX_OK && event.operation == MBX_CRIME_SENT);

  /* Weaker: it does not, and is counted. */
  CHECK(mbx_crime_send(other, 3000, 146, 0, 0, BYTES("Hello")) == MBX_OK && deliver(other, node, 4000, -81) == MBX_OK);
  CHECK(mbx_crime_next_event(node, payload, sizeof payload, &event) == MBX_EMPTY);
  CHECK(mbx_crime_state(node, 146, FILTER_ID, counts, 2, &count) == MBX_OK && count == 2);
  CHECK(counts[FILTER_DROPPED] == 1 && counts[FILTER_PASSED] == 1);
  CHECK(mbx_crime_stats(node, 146, &stats) == MBX_OK && stats.frames_in == 2 && stats.frames_out == 0);

  /* What goes down does not meet it. A frame that the MAC gave up is told. */
  CHECK(mbx_crime_send(node, 5000, 146, 0, 0, BYTES("back")) == MBX_OK && deliver(node, other, 5000, -99) == MBX_OK);
  CHECK(mbx_crime_next_event(node, NULL, 0, &event) == MBX_OK && event.operation == MBX_CRIME_SENT);
  CHECK(mbx_crime_send(node, 6000, 146, 0, 0, BYTES("gone")) == MBX_OK);
  CHECK(mbx_crime_next_frame(node, 6000, bytes, sizeof bytes, &frame) == MBX_OK);
  CHECK(mbx_crime_frame_done(node, 6000, 0) == MBX_OK);
  CHECK(mbx_crime_next_event(node, NULL, 0, &event) == MBX_OK && event.operation == MBX_CRIME_DROPPED);

  /* A new composition begins to count anew; without stacks, nobody listens. */
  CHECK(mbx_crime_compose(node, 7000, filtered, sizeof filtered) == MBX_OK);
  CHECK(mbx_crime_state(node, 146, FILTER_ID, counts, 2, &count) == MBX_OK && counts[FILTER_PASSED] == 0);
  CHECK(mbx_crime_dissolve(node, 8000) == MBX_OK && mbx_crime_stats(node, 146, &stats) == MBX_E_CRIME_CHANNEL);
  CHECK(mbx_crime_poll(node, 8000, &next) == MBX_OK && mbx_crime_poll(node, 3000000, &next) == MBX_OK);
  CHECK(mbx_crime_send(node, 3000000, 146, 0, 0, BYTES("x")) == MBX_E_CRIME_CHANNEL);
}

/* Refusals name the module, and change nothing. */
static void compositions(void) {
  const struct mbx_crime_module *own[] = {&filter};
  uint8_t message[sizeof filtered], module = 99;
  uint32_t value = 99;
  sizes();
  config.own = own;
  config.own_count = 1;
  CHECK(make(0, &node) == MBX_OK && mbx_crime_compose(node, 0, filtered, sizeof filtered) == MBX_OK);
  memcpy(message, filtered, sizeof message);
  message[17] = 128; /* beyond the filter's parameter */
  CHECK(mbx_crime_compose(node, 0, message, sizeof message) == MBX_E_COMPOSITION_RANGE);
  CHECK(mbx_crime_detail(node, &module, &value) == MBX_OK && module == 2 && value == 128);
  CHECK(mbx_crime_check(node, 0, message, sizeof message, &cost) == MBX_E_COMPOSITION_RANGE);
  message[13] = 200; /* no such module */
  CHECK(mbx_crime_compose(node, 0, message, sizeof message) == MBX_E_COMPOSITION_UNKNOWN_MODULE);
  CHECK(mbx_crime_detail(node, &module, &value) == MBX_OK && module == 2 && value == 200);
  CHECK(mbx_crime_compose(node, 0, filtered, sizeof filtered - 1) == MBX_E_COMPOSITION_TRUNCATED);
  CHECK(mbx_crime_detail(node, &module, &value) == MBX_OK && module == 3 && value == sizeof filtered - 1);
  CHECK(mbx_crime_compose(node, 0, NULL, 0) == MBX_E_COMPOSITION_TRUNCATED);
  CHECK(mbx_crime_send(node, 1, 146, 0, 0, BYTES("on")) == MBX_OK);
  CHECK(mbx_crime_next_frame(node, 1, bytes, sizeof bytes, &frame) == MBX_OK && frame.len == 6);
}

/* A module that does everything there is to do: it puts a byte of its own before each packet, sends every one again after a
 * while, and has a stack merged into it for packets that begin with m. */
enum { PROBE = 193, JOINT = 194, TOP = 195 };
static const uint32_t probe_params[] = {1, 9, 2, 5, 5, 5};
static const uint8_t probe_fields[] = {MBX_CRIME_EPACKET_ID, 4};
static int opened, closed, timed, refuse;

/* Whoever is called may not call the network that calls. */
static void no_way_back(void) {
  uint8_t module = 77;
  uint32_t value = 77, words[2];
  size_t count = 77;
  uint64_t next = 77;
  CHECK(mbx_crime_compose(node, 0, plain, sizeof plain) == MBX_E_BUSY);
  CHECK(mbx_crime_check(node, 0, plain, sizeof plain, &cost) == MBX_E_BUSY);
  CHECK(mbx_crime_dissolve(node, 0) == MBX_E_BUSY && mbx_crime_detail(node, &module, &value) == MBX_E_BUSY);
  CHECK(mbx_crime_receive(node, 0, bytes, 9, &reception) == MBX_E_BUSY);
  CHECK(mbx_crime_send(node, 0, 130, 0, 0, BYTES("x")) == MBX_E_BUSY && mbx_crime_poll(node, 0, &next) == MBX_E_BUSY);
  CHECK(mbx_crime_next_frame(node, 0, bytes, sizeof bytes, &frame) == MBX_E_BUSY);
  CHECK(mbx_crime_frame_done(node, 0, 1) == MBX_E_BUSY);
  CHECK(mbx_crime_next_event(node, NULL, 0, &event) == MBX_E_BUSY && mbx_crime_stats(node, 130, &stats) == MBX_E_BUSY);
  CHECK(mbx_crime_state(node, 130, PROBE, words, 2, &count) == MBX_E_BUSY);
  CHECK(module == 77 && value == 77 && count == 77 && next == 77);
}

/* Everything that a call refuses. */
static void wrong_calls(struct mbx_crime_call *call) {
  uint64_t now = 77;
  uint32_t value = 77, *words = NULL;
  uint16_t attribute = 77;
  uint8_t small = 77;
  const uint8_t *payload = NULL;
  size_t count = 77;
  CHECK(mbx_crime_call_now(NULL, &now) == MBX_E_NULL && mbx_crime_call_now(call, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_param(NULL, 0, &value) == MBX_E_NULL && mbx_crime_call_param(call, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_param(call, 2, &value) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_state(NULL, &words, &count) == MBX_E_NULL && mbx_crime_call_state(call, NULL, &count) == MBX_E_NULL);
  CHECK(mbx_crime_call_state(call, &words, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_arm(NULL, 0, 1) == MBX_E_NULL && mbx_crime_call_arm(call, 2, 1) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_disarm(NULL, 0) == MBX_E_NULL && mbx_crime_call_disarm(call, 2) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_timer(NULL, &small) == MBX_E_NULL && mbx_crime_call_timer(call, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_merged(NULL, &small) == MBX_E_NULL && mbx_crime_call_merged(call, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_random(NULL, 4, &value) == MBX_E_NULL && mbx_crime_call_random(call, 4, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_get(NULL, 0, &attribute) == MBX_E_NULL && mbx_crime_call_get(call, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_get(call, 16, &attribute) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_set(NULL, 0, 1) == MBX_E_NULL && mbx_crime_call_set(call, 16, 1) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_payload(NULL, &payload, &count) == MBX_E_NULL);
  CHECK(mbx_crime_call_payload(call, NULL, &count) == MBX_E_NULL);
  CHECK(mbx_crime_call_payload(call, &payload, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_set_payload(NULL, BYTES("x")) == MBX_E_NULL);
  CHECK(mbx_crime_call_set_payload(call, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_crime_call_set_payload(call, bytes, (size_t)-1) == MBX_E_CRIME_PAYLOAD);
  CHECK(mbx_crime_call_push(NULL, BYTES("x")) == MBX_E_NULL && mbx_crime_call_push(call, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_crime_call_pull(NULL, 0) == MBX_E_NULL && mbx_crime_call_pull(call, 1) == MBX_E_CRIME_PAYLOAD);
  CHECK(mbx_crime_call_hold(NULL) == MBX_E_NULL && mbx_crime_call_recall(NULL) == MBX_E_NULL);
  CHECK(mbx_crime_call_release(NULL) == MBX_E_NULL && mbx_crime_call_recall(call) == MBX_EMPTY);
  CHECK(mbx_crime_call_release(call) == MBX_EMPTY);
  CHECK(mbx_crime_call_spawn(NULL, MBX_CRIME_TURN(MBX_CRIME_SEND)) == MBX_E_NULL);
  CHECK(mbx_crime_call_spawn(call, MBX_CRIME_GO) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_spawn(call, MBX_CRIME_STOP) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_spawn(call, MBX_CRIME_TURN(MBX_CRIME_CLOSE)) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_spawn(call, MBX_CRIME_TURN(MBX_CRIME_OPERATIONS)) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_spawn(call, -1) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_deliver(NULL, MBX_CRIME_RECV) == MBX_E_NULL);
  CHECK(mbx_crime_call_deliver(call, MBX_CRIME_SEND) == MBX_E_CRIME_NUMBER);
  CHECK(mbx_crime_call_deliver(call, MBX_CRIME_OPERATIONS) == MBX_E_CRIME_NUMBER);
  CHECK(now == 77 && value == 77 && attribute == 77 && small == 77 && count == 77 && words == NULL && payload == NULL);
}

static int32_t probe_open(void *user, struct mbx_crime_call *call) {
  uint64_t now;
  uint32_t value, *words;
  size_t count;
  CHECK(user == &opened);
  opened++;
  no_way_back();
  wrong_calls(call);
  CHECK(mbx_crime_call_now(call, &now) == MBX_OK && now == 1000);
  CHECK(mbx_crime_call_param(call, 0, &value) == MBX_OK && value == 3);
  CHECK(mbx_crime_call_param(call, 1, &value) == MBX_OK && value == 5);
  /* One word, and two for each entry that the first parameter counts. */
  CHECK(mbx_crime_call_state(call, &words, &count) == MBX_OK && count == 7);
  for (size_t word = 0; word < count; word++) CHECK(words[word] == 0);
  words[6] = 42;
  CHECK(mbx_crime_call_random(call, 4, &value) == MBX_OK && value < 4);
  CHECK(mbx_crime_call_arm(call, 1, 10) == MBX_OK && mbx_crime_call_disarm(call, 1) == MBX_OK);
  return refuse ? MBX_CRIME_STOP : MBX_CRIME_GO;
}

static int32_t probe_close(void *user, struct mbx_crime_call *call) {
  (void)user;
  (void)call;
  closed++;
  return MBX_CRIME_GO;
}

static int32_t probe_send(void *user, struct mbx_crime_call *call) {
  static const uint8_t long_one[MBX_CRIME_PACKET_BYTES + 1];
  const uint8_t *payload;
  size_t len;
  (void)user;
  CHECK(mbx_crime_call_payload(call, &payload, &len) == MBX_OK && len == 4 && !memcmp(payload, "data", 4));
  CHECK(mbx_crime_call_set_payload(call, payload, len) == MBX_E_OVERLAP);
  CHECK(mbx_crime_call_push(call, payload + 1, 1) == MBX_E_OVERLAP);
  CHECK(mbx_crime_call_set_payload(call, long_one, sizeof long_one) == MBX_E_CRIME_PAYLOAD);
  CHECK(mbx_crime_call_push(call, long_one, sizeof long_one - 4) == MBX_E_CRIME_PAYLOAD);
  CHECK(mbx_crime_call_push(call, BYTES("!")) == MBX_OK && mbx_crime_call_push(call, NULL, 0) == MBX_OK);
  CHECK(mbx_crime_call_set(call, MBX_CRIME_EPACKET_ID, 9) == MBX_OK);
  CHECK(mbx_crime_call_hold(call) == MBX_OK && mbx_crime_call_arm(call, 0, 5000) == MBX_OK);
  return MBX_CRIME_GO;
}

/* Once more, and what is kept is kept no more. */
static int32_t probe_timer(void *user, struct mbx_crime_call *call) {
  uint8_t timer = 77;
  const uint8_t *payload;
  size_t len;
  (void)user;
  timed++;
  CHECK(mbx_crime_call_timer(call, &timer) == MBX_OK && timer == 0);
  CHECK(mbx_crime_call_payload(call, &payload, &len) == MBX_OK && len == 0);
  CHECK(mbx_crime_call_recall(call) == MBX_OK && mbx_crime_call_release(call) == MBX_OK);
  CHECK(mbx_crime_call_set_payload(call, BYTES("!again")) == MBX_OK);
  CHECK(mbx_crime_call_spawn(call, MBX_CRIME_TURN(MBX_CRIME_SEND)) == MBX_OK);
  return MBX_CRIME_TURN(MBX_CRIME_SEND);
}

static int32_t probe_recv(void *user, struct mbx_crime_call *call) {
  uint16_t number, rssi;
  (void)user;
  CHECK(mbx_crime_call_get(call, MBX_CRIME_EPACKET_ID, &number) == MBX_OK && number == 9);
  CHECK(mbx_crime_call_get(call, MBX_CRIME_RSSI, &rssi) == MBX_OK && (int16_t)rssi == -60);
  return mbx_crime_call_pull(call, 1) == MBX_OK ? MBX_CRIME_GO : 12345 /* no answer that there is */;
}

static int32_t joint_send(void *user, struct mbx_crime_call *call) {
  const uint8_t *payload;
  size_t len;
  (void)user;
  CHECK(mbx_crime_call_payload(call, &payload, &len) == MBX_OK && len > 0);
  return payload[0] == 'm' ? MBX_CRIME_INTO(MBX_CRIME_SEND) : MBX_CRIME_GO;
}

static int32_t joint_recv(void *user, struct mbx_crime_call *call) {
  uint8_t merged = 77;
  const uint8_t *payload;
  size_t len;
  (void)user;
  CHECK(mbx_crime_call_payload(call, &payload, &len) == MBX_OK && len > 0);
  uint8_t first = payload[0];
  CHECK(mbx_crime_call_merged(call, &merged) == MBX_OK && merged == (first == 'm'));
  return MBX_CRIME_GO;
}

static int32_t top_recv(void *user, struct mbx_crime_call *call) {
  (void)user;
  CHECK(mbx_crime_call_deliver(call, MBX_CRIME_RECV) == MBX_OK);
  return MBX_CRIME_GO;
}

static struct mbx_crime_module probe = {.size = sizeof probe,
                                        .id = PROBE,
                                        .scope = MBX_CRIME_SINGLE_HOP,
                                        .needs = MBX_CRIME_BROADCAST,
                                        .offers = MBX_CRIME_UNICAST,
                                        .words = 1,
                                        .entry_words = 2,
                                        .entries = 0,
                                        .timers = 2,
                                        .packets = 1,
                                        .param_count = 2,
                                        .field_count = 1,
                                        .params = probe_params,
                                        .fields = probe_fields,
                                        .user = &opened,
                                        .on = {[MBX_CRIME_OPEN] = probe_open,
                                               [MBX_CRIME_RECV] = probe_recv,
                                               [MBX_CRIME_SEND] = probe_send,
                                               [MBX_CRIME_CLOSE] = probe_close,
                                               [MBX_CRIME_TIMER] = probe_timer}};
static const struct mbx_crime_module joint = {.size = sizeof joint,
                                              .id = JOINT,
                                              .scope = MBX_CRIME_MULTI_HOP,
                                              .needs = MBX_CRIME_UNICAST | MBX_CRIME_BROADCAST,
                                              .offers = MBX_CRIME_MULTIHOP,
                                              .merges = MBX_CRIME_BROADCAST,
                                              .on = {[MBX_CRIME_RECV] = joint_recv, [MBX_CRIME_SEND] = joint_send}};
static const struct mbx_crime_module top = {.size = sizeof top,
                                            .id = TOP,
                                            .scope = MBX_CRIME_INPUT,
                                            .needs = MBX_CRIME_DATA,
                                            .on = {[MBX_CRIME_RECV] = top_recv}};
static const struct mbx_crime_module *all[] = {&probe, &joint, &top};

/* Channel 130: broadcast, the probe with 3 entries, the top in C. */
static const uint8_t probed[] = {0x82, 1, 0x85, 0xf6, 0x82, 1, 0xa1, 0, 0x18, 130, 3, 0x82, 0x18, PROBE, 0xa1, 0, 3, 0x18, TOP};
/* Channel 130: broadcast, the joint, the top; channel 131: broadcast, merged into the joint. */
static const uint8_t joined[] = {0x83, 1,    0x85, 0xf6, 0x82, 1, 0xa1, 0, 0x18, 130, 3, 0x18, JOINT,
                                 0x18, TOP,  0x83, 2,    0x82, 1, 0xa1, 0, 0x18, 131, 3};

static void modules_in_c(void) {
  uint64_t next;
  uint32_t words[7];
  uint8_t payload[MBX_CRIME_PACKET_BYTES], module;
  uint32_t value;
  size_t count = 0;
  sizes();
  config.own = all;
  config.own_count = OWN;
  CHECK(make(0, &node) == MBX_OK);
  refuse = 1;
  CHECK(mbx_crime_compose(node, 1000, probed, sizeof probed) == MBX_E_COMPOSITION_OPEN && opened == 1);
  CHECK(mbx_crime_detail(node, &module, &value) == MBX_OK && module == 2 && value == 0);
  refuse = closed = 0;
  CHECK(mbx_crime_compose(node, 1000, probed, sizeof probed) == MBX_OK && opened == 2);
  CHECK(mbx_crime_state(node, 130, PROBE, words, 6, &count) == MBX_E_SIZE && count == 0);
  CHECK(mbx_crime_state(node, 130, PROBE, words, 7, &count) == MBX_OK && count == 7 && words[6] == 42);
  CHECK(mbx_crime_state(node, 130, TOP, words, 7, &count) == MBX_EMPTY);

  /* Its byte, and its attribute of four bits before the sender's sixteen. */
  CHECK(mbx_crime_send(node, 2000, 130, 0, 0, BYTES("data")) == MBX_OK);
  CHECK(mbx_crime_poll(node, 2000, &next) == MBX_OK && next == 7000);
  CHECK(mbx_crime_next_frame(node, 2000, bytes, sizeof bytes, &frame) == MBX_OK && frame.len == 10);
  CHECK(!memcmp(bytes, "\x82\0\x90\x10\0!data", 10));
  CHECK(mbx_crime_poll(node, 7000, &next) == MBX_OK && next == MBX_CRIME_NEVER && timed == 1);
  for (int again = 0; again < 2; again++) {
    CHECK(mbx_crime_next_frame(node, 7000, bytes, sizeof bytes, &frame) == MBX_OK && frame.len == 11);
    CHECK(!memcmp(bytes + 5, "!again", 6));
  }
  CHECK(mbx_crime_next_frame(node, 7000, bytes, sizeof bytes, &frame) == MBX_EMPTY);
  reception.rssi_dbm = -60;
  CHECK(mbx_crime_receive(node, 8000, BYTES("\x82\0\x90\x20\0!in"), &reception) == MBX_OK);
  CHECK(mbx_crime_next_event(node, payload, sizeof payload, &event) == MBX_OK && event.len == 2 && event.from == 2);
  CHECK(!memcmp(payload, "in", 2));
  /* Without its byte it is answered with a number that is no answer: nothing comes up. */
  CHECK(mbx_crime_receive(node, 8000, BYTES("\x82\0\x90\x20\0"), &reception) == MBX_OK);
  CHECK(mbx_crime_next_event(node, payload, sizeof payload, &event) == MBX_EMPTY);

  /* The next composition closes it, and goes on from its stack to another. */
  closed = 0;
  CHECK(mbx_crime_compose(node, 9000, joined, sizeof joined) == MBX_OK);
  CHECK(mbx_crime_poll(node, 9000, &next) == MBX_OK && closed == 1);
  CHECK(mbx_crime_send(node, 10000, 130, 0, 0, BYTES("one")) == MBX_OK);
  CHECK(mbx_crime_send(node, 10000, 130, 0, 0, BYTES("more")) == MBX_OK);
  CHECK(mbx_crime_next_frame(node, 10000, bytes, sizeof bytes, &frame) == MBX_OK && frame.channel == 130);
  CHECK(mbx_crime_next_frame(node, 10000, bytes, sizeof bytes, &frame) == MBX_OK && frame.channel == 131);
  CHECK(mbx_crime_receive(node, 11000, BYTES("\x83\0\2\0merged"), &reception) == MBX_OK);
  CHECK(mbx_crime_receive(node, 11000, BYTES("\x82\0\2\0direct"), &reception) == MBX_OK);
  CHECK(mbx_crime_next_event(node, payload, sizeof payload, &event) == MBX_OK && !memcmp(payload, "merged", 6));
  CHECK(mbx_crime_next_event(node, payload, sizeof payload, &event) == MBX_OK && !memcmp(payload, "direct", 6));
}

/* Frames that are none, or for somebody else. */
static void framings(void) {
  sizes();
  config.mac = MBX_CRIME_MAC_802154;
  config.pan = 0xabcd;
  CHECK(make(0, &node) == MBX_OK && mbx_crime_compose(node, 0, plain, sizeof plain) == MBX_OK);
  CHECK(mbx_crime_send(node, 0, 146, 0, 0, BYTES("Hi")) == MBX_OK);
  CHECK(mbx_crime_next_frame(node, 0, bytes, sizeof bytes, &frame) == MBX_OK && frame.len == 15);
  CHECK(!memcmp(bytes, "\x41\x98", 2) && !memcmp(bytes + 3, "\xcd\xab\xff\xff\0\1\x92\0\1\0Hi", 12));
  CHECK(mbx_crime_receive(node, 0, bytes, 8, &reception) == MBX_E_CRIME_FRAMING);
  CHECK(mbx_crime_receive(node, 0, bytes, 10, &reception) == MBX_E_CRIME_LENGTH);
  bytes[9]++;
  CHECK(mbx_crime_receive(node, 0, bytes, 15, &reception) == MBX_E_CRIME_CHANNEL);
  bytes[5] = 0;
  CHECK(mbx_crime_receive(node, 0, bytes, 15, &reception) == MBX_E_CRIME_NOT_FOR_US);
  config.mac = MBX_CRIME_MAC_NULL;
  config.link_addresses = 1;
  CHECK(make(0, &node) == MBX_OK && mbx_crime_compose(node, 0, plain, sizeof plain) == MBX_OK);
  CHECK(mbx_crime_send(node, 0, 146, 0, 0, BYTES("Hi")) == MBX_OK);
  CHECK(mbx_crime_next_frame(node, 0, bytes, sizeof bytes, &frame) == MBX_OK && frame.len == 8);
  CHECK(!memcmp(bytes, "\0\0\1\0\x92\0Hi", 8));
}

/* NULL, short memory, sizes of other structs, configurations and modules that cannot be. */
static void refusals(void) {
  size_t needed = 77, count = 77;
  uint64_t next = 77;
  uint32_t value = 77, words[2];
  uint8_t module = 77;
  struct mbx_crime *unmade = NULL;
  struct mbx_crime_config wrong;
  struct mbx_crime_module bad;
  const struct mbx_crime_module *one[] = {&bad}, *twice[] = {&top, &top}, *none[] = {NULL};
  static const uint32_t above[] = {0, 5, 6};
  static const uint8_t no_attribute[] = {16, 8}, no_bits[] = {0, 0}, odd_bits[] = {0, 9};
  sizes();
  config.own = all;
  config.own_count = OWN;
  CHECK(mbx_crime_size(NULL, &needed) == MBX_E_NULL && mbx_crime_size(&config, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_size(&config, &needed) == MBX_OK && needed <= SIZE && needed > SIZE - 200);
  CHECK(mbx_crime_init(NULL, SIZE, &config, &unmade) == MBX_E_NULL);
  CHECK(mbx_crime_init(memory[0], SIZE, NULL, &unmade) == MBX_E_NULL);
  CHECK(mbx_crime_init(memory[0], SIZE, &config, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_init(memory[0], needed - 8, &config, &unmade) == MBX_E_SIZE && unmade == NULL);
  for (unsigned skip = 0; skip < 8; skip++) {
    unsigned char *exact = malloc(needed + skip);
    CHECK(exact != NULL && mbx_crime_init(exact + skip, needed, &config, &node) == MBX_OK);
    CHECK(mbx_crime_compose(node, 0, plain, sizeof plain) == MBX_OK);
    CHECK(mbx_crime_send(node, 0, 146, 0, 0, BYTES("x")) == MBX_OK);
    free(exact);
  }
  wrong = config;
  wrong.size--;
  CHECK(mbx_crime_size(&wrong, &needed) == MBX_E_SIZE);
  CHECK(mbx_crime_init(memory[0], SIZE, &wrong, &unmade) == MBX_E_SIZE);
#define WRONG(field, number)                                                                                           \
  wrong = config;                                                                                                      \
  wrong.field = number;                                                                                                \
  CHECK(mbx_crime_init(memory[0], SIZE, &wrong, &unmade) == MBX_E_CRIME_CONFIG && unmade == NULL);                     \
  CHECK(mbx_crime_size(&wrong, &needed) == MBX_E_CRIME_CONFIG)
  WRONG(mac, 3);
  WRONG(link_addresses, 2);
  WRONG(stacks, 0);
  WRONG(stacks, 128);
  WRONG(modules, 0);
  WRONG(modules, 128);
  WRONG(words, 32768);
  WRONG(slots, 1);
  WRONG(own_count, 65);
  wrong = config;
  wrong.own = NULL;
  CHECK(mbx_crime_init(memory[0], SIZE, &wrong, &unmade) == MBX_E_NULL);
  wrong.own = none;
  wrong.own_count = 1;
  CHECK(mbx_crime_init(memory[0], SIZE, &wrong, &unmade) == MBX_E_NULL);
  wrong.own = twice;
  wrong.own_count = 2;
  CHECK(mbx_crime_init(memory[0], SIZE, &wrong, &unmade) == MBX_E_CRIME_MODULE);
  wrong.own = one;
  wrong.own_count = 1;
#define BAD(field, number, error)                                                                                      \
  bad = probe;                                                                                                         \
  bad.field = number;                                                                                                  \
  CHECK(mbx_crime_init(memory[0], SIZE, &wrong, &unmade) == error && unmade == NULL)
  BAD(size, sizeof bad + 4, MBX_E_SIZE);
  BAD(params, NULL, MBX_E_NULL);
  BAD(fields, NULL, MBX_E_NULL);
  BAD(id, MBX_CRIME_OWN_ID - 1, MBX_E_CRIME_MODULE);
  BAD(scope, 3, MBX_E_CRIME_MODULE);
  BAD(needs, 0, MBX_E_CRIME_MODULE);
  BAD(reserved, 1, MBX_E_CRIME_MODULE);
  BAD(entries, 2, MBX_E_CRIME_MODULE);
  BAD(params, above, MBX_E_CRIME_MODULE);
  BAD(fields, no_attribute, MBX_E_CRIME_MODULE);
  BAD(fields, no_bits, MBX_E_CRIME_MODULE);
  BAD(fields, odd_bits, MBX_E_CRIME_MODULE);

  CHECK(make(0, &node) == MBX_OK && mbx_crime_compose(node, 0, plain, sizeof plain) == MBX_OK);
  CHECK(mbx_crime_compose(NULL, 0, plain, sizeof plain) == MBX_E_NULL && mbx_crime_compose(node, 0, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_crime_compose(node, 0, plain, (size_t)-1) == MBX_E_SIZE);
  CHECK(mbx_crime_check(NULL, 0, plain, sizeof plain, &cost) == MBX_E_NULL);
  CHECK(mbx_crime_check(node, 0, NULL, 1, &cost) == MBX_E_NULL);
  CHECK(mbx_crime_check(node, 0, plain, sizeof plain, NULL) == MBX_E_NULL);
  cost.size--;
  CHECK(mbx_crime_check(node, 0, plain, sizeof plain, &cost) == MBX_E_SIZE);
  CHECK(mbx_crime_dissolve(NULL, 0) == MBX_E_NULL && mbx_crime_detail(NULL, &module, &value) == MBX_E_NULL);
  CHECK(mbx_crime_detail(node, NULL, &value) == MBX_E_NULL && mbx_crime_detail(node, &module, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_receive(NULL, 0, bytes, 9, &reception) == MBX_E_NULL);
  CHECK(mbx_crime_receive(node, 0, NULL, 9, &reception) == MBX_E_NULL);
  CHECK(mbx_crime_receive(node, 0, bytes, 9, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_receive(node, 0, NULL, 0, &reception) == MBX_E_CRIME_LENGTH);
  reception.size--;
  CHECK(mbx_crime_receive(node, 0, bytes, 9, &reception) == MBX_E_SIZE);
  CHECK(mbx_crime_send(NULL, 0, 146, 0, 0, BYTES("x")) == MBX_E_NULL);
  CHECK(mbx_crime_send(node, 0, 146, 0, 0, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_crime_send(node, 0, 146, 0, 0, memory[1], MBX_CRIME_PACKET_BYTES + 1) == MBX_E_CRIME_PAYLOAD);
  CHECK(mbx_crime_poll(NULL, 0, &next) == MBX_E_NULL && mbx_crime_poll(node, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_next_frame(NULL, 0, bytes, sizeof bytes, &frame) == MBX_E_NULL);
  CHECK(mbx_crime_next_frame(node, 0, NULL, sizeof bytes, &frame) == MBX_E_NULL);
  CHECK(mbx_crime_next_frame(node, 0, bytes, sizeof bytes, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_next_frame(node, 0, bytes, sizeof bytes - 1, &frame) == MBX_E_SIZE);
  frame.size--;
  CHECK(mbx_crime_next_frame(node, 0, bytes, sizeof bytes, &frame) == MBX_E_SIZE);
  CHECK(mbx_crime_frame_done(NULL, 0, 1) == MBX_E_NULL && mbx_crime_frame_done(node, 0, 1) == MBX_OK);
  CHECK(mbx_crime_next_event(NULL, NULL, 0, &event) == MBX_E_NULL && mbx_crime_next_event(node, NULL, 1, &event) == MBX_E_NULL);
  CHECK(mbx_crime_next_event(node, NULL, 0, NULL) == MBX_E_NULL);
  event.size--;
  CHECK(mbx_crime_next_event(node, NULL, 0, &event) == MBX_E_SIZE);
  CHECK(mbx_crime_stats(NULL, 146, &stats) == MBX_E_NULL && mbx_crime_stats(node, 146, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_stats(node, 147, &stats) == MBX_E_CRIME_CHANNEL);
  stats.size--;
  CHECK(mbx_crime_stats(node, 146, &stats) == MBX_E_SIZE);
  CHECK(mbx_crime_state(NULL, 146, PROBE, words, 2, &count) == MBX_E_NULL);
  CHECK(mbx_crime_state(node, 146, PROBE, NULL, 2, &count) == MBX_E_NULL);
  CHECK(mbx_crime_state(node, 146, PROBE, words, 2, NULL) == MBX_E_NULL);
  CHECK(mbx_crime_state(node, 147, PROBE, words, 2, &count) == MBX_EMPTY);
  CHECK(next == 77 && value == 77 && module == 77 && count == 77);
  /* Another object's memory, and that of one that could not be made. */
  memset(memory[1], 0, sizeof memory[1]);
  CHECK(mbx_crime_dissolve((struct mbx_crime *)(void *)(memory[1] + 8 - (uintptr_t)memory[1] % 8), 0) == MBX_E_OBJECT);
  CHECK(mbx_crime_init(memory[0], SIZE, &wrong, &unmade) == MBX_E_CRIME_MODULE);
  CHECK(mbx_crime_dissolve(node, 0) == MBX_E_OBJECT);
}

int main(void) {
  the_filter();
  compositions();
  modules_in_c();
  framings();
  refusals();
  return done("crime");
}
