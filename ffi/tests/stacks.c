/* Two nodes from C whose radio stacks come as a container: a mesh is pushed over CoAP, the firmware of one talks to a script
 * on the other, power is cut, and everything is there again. Argument: the folder of the containers. */
#include "containers.h"
#include "coap.h"

enum { NODES = 2, FLASH_BYTES = 32 * 1024, ARENA = 4096, DATA = 132 };
enum { STACKS = 3, MODULES = 16, WORDS = 160, SLOTS = 12 };

struct mote {
  struct mbx_node *node;
  uint8_t flash_bytes[FLASH_BYTES];
  struct mbx_flash flash;
  struct mbx_board board;
  struct mbx_arena arenas[MBX_CONTAINERS];
  unsigned char arena_bytes[MBX_CONTAINERS][ARENA];
  unsigned char node_bytes[MBX_NODE_SIZE(1)];
  unsigned char network_bytes[MBX_CRIME_SIZE(STACKS, MODULES, WORDS, SLOTS, 0)];
  uint16_t address;
  int16_t buzzer;
  int tuned, asked;
  char printed[1024];
};

static struct mote motes[NODES];
static int frames;

/* ---- the board ---- */

static int32_t flash_read(void *user, uint32_t offset, uint8_t *to, size_t len) {
  struct mote *mote = (struct mote *)user;
  CHECK(offset + len <= FLASH_BYTES);
  memcpy(to, mote->flash_bytes + offset, len);
  return 0;
}
static int32_t flash_program(void *user, uint32_t offset, const uint8_t *from, size_t len) {
  struct mote *mote = (struct mote *)user;
  CHECK(offset + len <= FLASH_BYTES);
  memcpy(mote->flash_bytes + offset, from, len);
  return 0;
}
static int32_t flash_erase(void *user, uint32_t from, uint32_t to) {
  struct mote *mote = (struct mote *)user;
  CHECK(from < to && to <= FLASH_BYTES);
  memset(mote->flash_bytes + from, 0xff, to - from);
  return 0;
}
static int32_t board_list(void *user, uint16_t number, struct mbx_device *out) {
  (void)user;
  if (number > 0) return 1;
  out->name = (const uint8_t *)"buzzer";
  out->name_len = 6;
  out->kind = MBX_CLASS_ACT_DIMMER;
  return 0;
}
static int32_t board_read(void *user, uint16_t device, uint8_t axis, int16_t *value, int8_t *scale) {
  (void)user;
  (void)device;
  (void)axis;
  (void)value;
  (void)scale;
  return MBX_DEVICE_UNSUPPORTED;
}
static int32_t board_write(void *user, uint16_t device, const int16_t *values, uint8_t count, int8_t scale) {
  struct mote *mote = (struct mote *)user;
  (void)scale;
  CHECK(device == 0 && count == 1);
  mote->buzzer = values[0];
  return 0;
}
static void board_log(void *user, const uint8_t *container, size_t container_len, const uint8_t *piece, size_t len) {
  struct mote *mote = (struct mote *)user;
  size_t used = strlen(mote->printed);
  (void)container;
  (void)container_len;
  if (used + len < sizeof mote->printed) {
    memcpy(mote->printed + used, piece, len);
    mote->printed[used + len] = 0;
  }
}
static int32_t radio_energy(void *user, uint8_t channel, int16_t *dbm) {
  struct mote *mote = (struct mote *)user;
  uint8_t out[MBX_CRIME_FRAME_BYTES];
  struct mbx_crime_frame frame;
  CHECK(channel == 26);
  /* Back into the node that this is called from. */
  memset(&frame, 0, sizeof frame);
  frame.size = sizeof frame;
  CHECK(mbx_node_next_frame(mote->node, now, out, sizeof out, &frame) == MBX_E_BUSY);
  mote->asked++;
  *dbm = -91;
  return 0;
}
static int32_t radio_power(void *user, int8_t *dbm) {
  (void)user;
  CHECK(*dbm == 0); /* no more than was granted */
  *dbm = -3;
  return 0;
}
static int32_t radio_channel(void *user, uint8_t channel) {
  ((struct mote *)user)->tuned = channel;
  return 0;
}

/* ---- birth, and what must be refused ---- */

static struct mbx_crime *network(struct mote *mote) {
  struct mbx_crime_config setup;
  struct mbx_crime *crime;
  memset(&setup, 0, sizeof setup);
  setup.size = sizeof setup;
  setup.seed = 7u + mote->address;
  setup.address = mote->address;
  setup.stacks = STACKS;
  setup.modules = MODULES;
  setup.words = WORDS;
  setup.slots = SLOTS;
  CHECK(mbx_crime_init(mote->network_bytes, sizeof mote->network_bytes, &setup, &crime) == MBX_OK);
  return crime;
}
static void boot(struct mote *mote) {
  struct mbx_node_config setup;
  struct mbx_crime *crime = network(mote);
  uint64_t next;
  memset(&setup, 0, sizeof setup);
  setup.size = sizeof setup;
  setup.open_read = 1;
  setup.device = (const uint8_t *)"mote";
  setup.device_len = 4;
  setup.class_name = (const uint8_t *)"test";
  setup.class_len = 4;
  setup.keys = &key;
  setup.key_count = 1;
  setup.flash = &mote->flash;
  setup.board = &mote->board;
  setup.arenas = mote->arenas;
  setup.arena_count = MBX_CONTAINERS;
  setup.seed = 5u + mote->address;
  CHECK(mbx_node_init(mote->node_bytes, sizeof mote->node_bytes, &setup, &mote->node) == MBX_OK);
  CHECK(mbx_node_set_network(NULL, crime) == MBX_E_NULL && mbx_node_set_network(mote->node, NULL) == MBX_E_NULL);
  CHECK(mbx_node_set_network(mote->node, crime) == MBX_OK);
  /* It is the node's now, and a node has one. */
  CHECK(mbx_crime_poll(crime, now, &next) == MBX_E_OBJECT && mbx_node_set_network(mote->node, crime) == MBX_E_OBJECT);
}
static void configure(struct mote *mote, uint16_t address) {
  mote->address = address;
  memset(mote->flash_bytes, 0xff, sizeof mote->flash_bytes);
  mote->flash.size = sizeof mote->flash;
  mote->flash.write_size = 16;
  mote->flash.erase_size = 256;
  mote->flash.capacity = FLASH_BYTES;
  mote->flash.payload_max = 2048;
  mote->flash.user = mote;
  mote->flash.read = flash_read;
  mote->flash.program = flash_program;
  mote->flash.erase = flash_erase;
  mote->board.size = sizeof mote->board;
  mote->board.user = mote;
  mote->board.list = board_list;
  mote->board.read = board_read;
  mote->board.write = board_write;
  mote->board.log = board_log;
  for (int i = 0; i < MBX_CONTAINERS; i++) {
    mote->arenas[i].size = sizeof mote->arenas[i];
    mote->arenas[i].memory = mote->arena_bytes[i];
    mote->arenas[i].len = ARENA;
  }
}

/* Every pointer once NULL, every size once wrong; and a node whose stacks are none. */
static void refuse(struct mbx_node *node) {
  uint8_t out[MBX_CRIME_FRAME_BYTES];
  struct mbx_crime_reception reception;
  struct mbx_crime_frame frame;
  struct mbx_crime_event event;
  struct mbx_crime_counts stats;
  memset(&reception, 0, sizeof reception);
  memset(&frame, 0, sizeof frame);
  memset(&event, 0, sizeof event);
  memset(&stats, 0, sizeof stats);
  CHECK(mbx_node_radio_receive(node, now, out, 4, &reception) == MBX_E_SIZE);
  CHECK(mbx_node_next_frame(node, now, out, sizeof out, &frame) == MBX_E_SIZE);
  CHECK(mbx_node_next_stack_event(node, out, sizeof out, &event) == MBX_E_SIZE);
  CHECK(mbx_node_stack_stats(node, DATA, &stats) == MBX_E_SIZE);
  reception.size = sizeof reception;
  frame.size = sizeof frame;
  event.size = sizeof event;
  stats.size = sizeof stats;
  CHECK(mbx_node_radio_receive(NULL, now, out, 4, &reception) == MBX_E_NULL);
  CHECK(mbx_node_radio_receive(node, now, NULL, 4, &reception) == MBX_E_NULL);
  CHECK(mbx_node_radio_receive(node, now, out, 4, NULL) == MBX_E_NULL);
  CHECK(mbx_node_next_frame(NULL, now, out, sizeof out, &frame) == MBX_E_NULL);
  CHECK(mbx_node_next_frame(node, now, NULL, sizeof out, &frame) == MBX_E_NULL);
  CHECK(mbx_node_next_frame(node, now, out, sizeof out - 1, &frame) == MBX_E_SIZE);
  CHECK(mbx_node_next_frame(node, now, out, sizeof out, NULL) == MBX_E_NULL);
  CHECK(mbx_node_frame_done(NULL, now, 1) == MBX_E_NULL && mbx_node_frame_done(node, now, 1) == MBX_OK);
  CHECK(mbx_node_next_stack_event(NULL, out, sizeof out, &event) == MBX_E_NULL);
  CHECK(mbx_node_next_stack_event(node, NULL, 1, &event) == MBX_E_NULL);
  CHECK(mbx_node_next_stack_event(node, out, sizeof out, NULL) == MBX_E_NULL);
  CHECK(mbx_node_stack_send(NULL, now, DATA, 0, 0, out, 1) == MBX_E_NULL);
  CHECK(mbx_node_stack_send(node, now, DATA, 0, 0, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_node_stack_stats(NULL, DATA, &stats) == MBX_E_NULL && mbx_node_stack_stats(node, DATA, NULL) == MBX_E_NULL);
  memset(out, 0, sizeof out);
  CHECK(mbx_node_radio_receive(node, now, out, 4, &reception) < 0);
  CHECK(mbx_node_stack_send(node, now, DATA, 0, 0, out, 1) == MBX_E_CRIME_CHANNEL);
  CHECK(mbx_node_stack_stats(node, DATA, &stats) == MBX_E_CRIME_CHANNEL);
  CHECK(mbx_node_next_frame(node, now, out, sizeof out, &frame) == MBX_EMPTY);
  CHECK(mbx_node_next_stack_event(node, out, sizeof out, &event) == MBX_EMPTY);
}

/* ---- the air: what one transmits, the other hears ---- */

static void air(void) {
  uint8_t out[MBX_CRIME_FRAME_BYTES];
  struct mbx_crime_frame frame;
  struct mbx_crime_reception reception;
  memset(&frame, 0, sizeof frame);
  frame.size = sizeof frame;
  memset(&reception, 0, sizeof reception);
  reception.size = sizeof reception;
  reception.rssi_dbm = -60;
  reception.lqi = 200;
  for (int i = 0; i < NODES; i++) {
    while (mbx_node_next_frame(motes[i].node, now, out, sizeof out, &frame) == MBX_OK) {
      int32_t heard;
      frames++;
      CHECK(frame.from == motes[i].address && frame.len <= sizeof out);
      CHECK(mbx_node_frame_done(motes[i].node, now, 1) == MBX_OK);
      heard = mbx_node_radio_receive(motes[1 - i].node, now, out, frame.len, &reception);
      CHECK(heard == MBX_OK || heard == MBX_E_CRIME_NOT_FOR_US);
    }
  }
}
static void pass(uint64_t seconds) {
  for (uint64_t step = 0; step < seconds * 10; step++) {
    now += 100000;
    for (int i = 0; i < NODES; i++) settle(motes[i].node);
    air();
  }
}

int main(int argc, char **argv) {
  static struct file mesh, siren, radio;
  struct mote *here = &motes[0], *there = &motes[1];
  struct mbx_crime_counts stats;
  struct mbx_crime_event event;
  struct mbx_container status;
  struct mbx_crime *spare;
  uint8_t payload[MBX_CRIME_PACKET_BYTES];
  static const uint8_t ring[] = {1};
  int answered = 0, told = 0;
  CHECK(argc == 2);
  load(argv[1], "mesh-1.mbx", &mesh);
  load(argv[1], "siren-1.mbx", &siren);
  load(argv[1], "radio-1.mbx", &radio);
  trust();
  memset(&stats, 0, sizeof stats);
  stats.size = sizeof stats;
  memset(&event, 0, sizeof event);
  event.size = sizeof event;
  memset(&status, 0, sizeof status);
  status.size = sizeof status;
  for (int i = 0; i < NODES; i++) {
    configure(&motes[i], (uint16_t)(i + 1));
    motes[i].board.radio_energy = radio_energy;
    motes[i].board.radio_power = radio_power;
    motes[i].board.radio_channel = radio_channel;
    boot(&motes[i]);
    settle(motes[i].node);
    refuse(motes[i].node);
  }

  /* A changed byte is refused; the mesh is taken, and both have its stacks. */
  mesh.bytes[mesh.len - 9] ^= 1;
  CHECK(push(here->node, "mesh", mesh.bytes, mesh.len) >> 5 == 4);
  mesh.bytes[mesh.len - 9] ^= 1;
  for (int i = 0; i < NODES; i++) {
    CHECK(push(motes[i].node, "mesh", mesh.bytes, mesh.len) == 0x41);
    settle(motes[i].node);
    CHECK(mbx_node_stack_stats(motes[i].node, DATA, &stats) == MBX_OK && stats.frames_in == 0);
  }

  /* A script there rings when the firmware here says so, and answers; here nobody but the firmware receives. */
  CHECK(push(there->node, "siren", siren.bytes, siren.len) == 0x41);
  settle(there->node);
  CHECK(mbx_node_stack_send(here->node, now, DATA, there->address, 0, ring, sizeof ring) == MBX_OK);
  for (int second = 0; second < 30 && !answered; second++) {
    pass(1);
    while (mbx_node_next_stack_event(here->node, payload, sizeof payload, &event) == MBX_OK) {
      told |= event.operation == MBX_CRIME_SENT;
      if (event.operation != MBX_CRIME_RECV) continue;
      CHECK(event.channel == DATA && event.from == there->address && event.len == 1 && payload[0] == 1 && event.hops == 1);
      answered = 1;
    }
  }
  CHECK(answered && told && there->buzzer == 30 && strstr(there->printed, "1.0 says 1") != NULL);
  CHECK(mbx_node_next_stack_event(there->node, payload, sizeof payload, &event) == MBX_EMPTY);
  CHECK(mbx_node_stack_stats(there->node, DATA, &stats) == MBX_OK && stats.frames_in > 0 && stats.frames_out > 0);
  /* A request for a route, the answer to it, and two packets. */
  CHECK(frames == 4);
  memset(payload, 0, sizeof payload);
  CHECK(mbx_node_stack_send(here->node, now, DATA, 2, 0, payload, sizeof payload + 1) == MBX_E_CRIME_PAYLOAD);

  /* What a script asks of the radio, the board answers. */
  CHECK(push(here->node, "radio", radio.bytes, radio.len) == 0x41);
  settle(here->node);
  CHECK(here->asked == 1 && here->tuned == 26 && strstr(here->printed, "radio -91 -3 ") != NULL);

  /* Confirmed after its probation. Power is cut: the stacks are there again, without anybody's pushing them. */
  pass(65);
  CHECK(mbx_node_status(here->node, 0, &status) == MBX_OK && status.state == MBX_SLOT_CONFIRMED);
  here->buzzer = 0;
  boot(here);
  CHECK(mbx_node_stack_stats(here->node, DATA, &stats) == MBX_E_CRIME_CHANNEL);
  settle(here->node);
  CHECK(mbx_node_stack_stats(here->node, DATA, &stats) == MBX_OK && stats.frames_in == 0);

  /* Without what the board can do, the script is told so; a second network is not taken, and stays what it is. */
  spare = network(&motes[1]);
  CHECK(mbx_node_set_network(here->node, spare) == MBX_E_CRIME_CONFIG && mbx_crime_dissolve(spare, now) == MBX_OK);
  here->board.radio_energy = NULL;
  here->board.radio_power = NULL;
  here->board.radio_channel = NULL;
  here->printed[0] = 0;
  boot(here);
  settle(here->node);
  CHECK(strstr(here->printed, "radio undefined undefined false") != NULL);
  return done("stacks");
}
