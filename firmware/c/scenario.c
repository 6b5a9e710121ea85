/* A mote with two containers that plays the alarm scenario: the same steps as firmware/rust/src/bin/mote/scenario.rs, each
 * asserted, with one line each; a few more look at what the port does by itself. */
#include <string.h>

#include "air.h"
#include "motebox.h"
#include "operator.h"
#include "os.h"
#include "port.h"
#include "probe.h"
#include "room.h"
#include "semihost.h"

/* SOON: everything has happened that follows from something: a watch looks every 100 ms, and the example waits 20 ms more. */
enum { SECOND_US = 1000000, SOON_US = SECOND_US / 2, TRIAL = 3, CONFIRMED = 4, BLOCKS_BEFORE_RESET = 12, ARENA_BYTES = 2560 };

/* ---- the product: who it is, whom it trusts, what it spends ---- */

/* RFC 8032, section 7.1, test 1. Everybody knows its secret: good for tests only. */
static const uint8_t public_key[32] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                       0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                       0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
static const struct mbx_key keys[] = {{.size = sizeof keys[0],
                                       .kinds = MBX_KINDS_ALL,
                                       .id = (const uint8_t *)"rfc8032",
                                       .id_len = 7,
                                       .public_key = public_key}};
static uint8_t memory[MBX_NODE_SIZE(1)], arena[MBX_CONTAINERS][ARENA_BYTES];
static const struct mbx_arena arenas[MBX_CONTAINERS] = {{sizeof arenas[0], arena[0], ARENA_BYTES},
                                                        {sizeof arenas[0], arena[1], ARENA_BYTES}};

static int32_t start(uint32_t boots) {
  struct mbx_node_config config = {.size = sizeof config,
                                   .open_read = 1,
                                   .device = (const uint8_t *)"bench-1",
                                   .device_len = 7,
                                   .class_name = (const uint8_t *)"bench",
                                   .class_len = 5,
                                   .keys = keys,
                                   .key_count = 1,
                                   .arenas = arenas,
                                   .arena_count = MBX_CONTAINERS,
                                   .boots = boots};
  return port_start(memory, sizeof memory, &config);
}

/* ---- steps ---- */

/* Survives a reset: start-up does not touch it. What stands beside the count says that it means something. */
static struct { uint32_t count, mark; } boots_so_far __attribute__((section(".uninit")));
enum { COUNTED = 0x5007c047 };

static uint32_t count_boot(void) {
  if (boots_so_far.mark != COUNTED) boots_so_far.count = 0;
  boots_so_far.mark = COUNTED;
  return ++boots_so_far.count;
}

static void step(const char *name, int holds) {
  semihost_write(holds ? "ok     " : "FAILED ", 7);
  semihost_line(name);
  if (!holds) semihost_exit(1);
}

/* Lets the mote run until something holds; 0 when it does not within the time. */
static int until(uint64_t time_us, int (*holds)(void)) {
  uint64_t end = port_now() + time_us;
  for (;;) {
    uint64_t deadline = port_turn();
    if (holds()) return 1;
    if (port_now() >= end) return 0;
    port_sleep(deadline);
  }
}
static int never(void) { return 0; }
static void run_for(uint64_t time_us) { until(time_us, never); }

/* Polls, for this phase, until there is nothing to do before a later time: which that is. */
static uint64_t settle(enum phase phase) {
  uint64_t deadline;
  probe_polls = phase;
  do deadline = port_turn();
  while (deadline <= port_now());
  probe_polls = POLL;
  return deadline;
}
/* Something happens in the room, the mote's interrupt tells it, and a script sees it; what that costs counts for `phase`. */
static uint64_t change(uint16_t device, int16_t value, enum phase phase) {
  room_change(device, value);
  probe_on_event = phase;
  until(SOON_US, room_is_known);
  return settle(phase);
}

static int cloud_heard(void) { return air_cloud.heard == 1; }
static int cloud_answered(void) { return air_cloud.answered == 1; }
static int lamp_is_out(void) { return room_sees(LAMP) == 0; }
static void cloud_forgets(void) { air_cloud.heard = air_cloud.missed = air_cloud.answered = 0; }

static int is_in_state(const char *path, int32_t state, int32_t sequence) {
  operator_get(path);
  return operator_number("state") == state && operator_number("sequence") == sequence;
}

/* ---- the scenario ---- */

static void install(void) {
  uint8_t code = operator_get(".well-known/core");
  step("discovery names the list of containers", code == CONTENT && operator_says("motebox.list"));
  code = operator_upload("c/alarm", "alarm-1.mbx", ALL_BLOCKS, START);
  step("alarm 1 is stored and verified: 2.01", code == CREATED);
  settle(START);
  step("alarm 1 is on trial", is_in_state("c/alarm/status", TRIAL, 1));
  operator_get("c/alarm/log");
  step("its top level ran", operator_says("watching from 800 lux on\n"));
}

/* Light, but no noise; then both. The phases are those of the first callback, of its timer, and of the request that ends it. */
static void alarm(int16_t volume, enum phase event, enum phase timer, enum phase request) {
  uint64_t deadline = change(BRIGHTNESS, 900, event);
  while (deadline > port_now()) os_wait_for_interrupt();
  settle(timer);
  operator_get("c/alarm/log");
  step("light alone is no alarm", operator_says_last("light, but no noise\n") && !room_sees(BUZZER) && !air_cloud.heard);

  change(BRIGHTNESS, 100, POLL);
  run_for(SOON_US);
  change(SOUND, 900, POLL);
  change(BRIGHTNESS, 900, POLL);
  int asked = until(SOON_US, cloud_heard);
  step("light and noise: the buzzer sounds, ALARM! goes to the cloud",
       asked && air_cloud.right && room_sees(BUZZER) == volume);
  operator_get("c/alarm/status");
  step("the script waits for the cloud", operator_number("waiting") == 1);
  int answered = until(2 * SECOND_US, cloud_answered);
  run_for(SOON_US);
  operator_get("c/alarm/log");
  step("the cloud's answer lets it go on", answered && operator_says_last("alarm 1\nthe cloud knows\n"));

  uint8_t code = operator_put("alarm", request);
  step("the guard's PUT to /alarm ends it: 2.04", code == CHANGED && !room_sees(BUZZER));
  change(BRIGHTNESS, 100, POLL);
  change(SOUND, 100, POLL);
  cloud_forgets();
}

static void second_container(void) {
  uint8_t code = operator_upload("c/stairs", "stairs-1.mbx", ALL_BLOCKS, POLL);
  step("stairs 1 is stored and verified: 2.01", code == CREATED);
  run_for(SOON_US);
  change(BUTTON, 1, POLL);
  int lit = room_sees(LAMP);
  change(BUTTON, 0, POLL);
  step("the button turns the lamp on", lit);
  run_for(4 * SECOND_US);
  int still = room_sees(LAMP), out = until(3 * SOON_US, lamp_is_out);
  step("it goes out by itself after 5 s", still && out);
  code = operator_put("stairs", POLL);
  step("a PUT to /stairs does the same", code == CHANGED && room_sees(LAMP));
}

static void confirm(void) {
  run_for((uint64_t)61 * SECOND_US);
  step("alarm 1 has run through its probation, and is confirmed", is_in_state("c/alarm/status", CONFIRMED, 1));
  step("stairs 1 has run through its probation, and is confirmed", is_in_state("c/stairs/status", CONFIRMED, 1));
}

static void forgery(void) {
  operator_get("c/alarm/status");
  int32_t erases = operator_number("erases");
  uint8_t code = operator_upload("c/alarm", "forged.mbx", ALL_BLOCKS, POLL);
  step("an update that a stranger signed is refused: 4.03", code == FORBIDDEN && operator_says("signature"));
  step("it cost no erase, and alarm 1 runs",
       is_in_state("c/alarm/status", CONFIRMED, 1) && erases >= 0 && operator_number("erases") == erases);
}

static void after_reset(void) {
  run_for(SOON_US);
  step("after the reset alarm 1 runs, confirmed",
       is_in_state("c/alarm/status", CONFIRMED, 1) && operator_number("resets") == 1);
  step("after the reset stairs 1 runs, confirmed",
       is_in_state("c/stairs/status", CONFIRMED, 1) && operator_number("resets") == 1);
  air_deafen_cloud(1);
  change(SOUND, 900, POLL);
  change(BRIGHTNESS, 900, POLL);
  int again = until(3 * SECOND_US, cloud_heard);
  step("it raises the alarm as before", room_sees(BUZZER) == 30);
  step("ALARM! was lost on the air, and the port sent it again", again && air_cloud.right && air_cloud.missed == 1);
}

/* The room falls silent, the buzzer does not; but with the script that ordered it, it does. */
static void update(void) {
  change(BRIGHTNESS, 100, POLL);
  change(SOUND, 100, POLL);
  int rings = room_sees(BUZZER) != 0;
  uint8_t code = operator_upload("c/alarm", "alarm-2.mbx", ALL_BLOCKS, POLL);
  step("alarm 2 arrives whole: 2.04", code == CHANGED);
  settle(POLL);
  step("it is on trial, with alarm 1 to fall back to",
       is_in_state("c/alarm/status", TRIAL, 2) && operator_number("fallback") == 1);
  step("the buzzer of alarm 1 is silent", rings && !room_sees(BUZZER));
  run_for(SOON_US);
  cloud_forgets();
}

/* What `cargo xtask qemu` puts into its table. */
static void figures(void) {
  step("no event was lost", !room_lost() && room_ticks() > 0);
  semihost_fact("arena.", "alarm", ARENA_BYTES);
  semihost_fact("arena.", "stairs", ARENA_BYTES);
  operator_get("c/alarm/status");
  semihost_fact("arena-high.", "alarm", (uint32_t)operator_number("heap-high-water"));
  operator_get("c/stairs/status");
  semihost_fact("arena-high.", "stairs", (uint32_t)operator_number("heap-high-water"));
  probe_report();
}

int main(void) {
  uint32_t boots = count_boot();
  os_counter_start();
  /* What a factory does before the first start. */
  if (boots == 1) os_flash_erase(0, OS_FLASH_BYTES);
  if (start(boots) != MBX_OK) {
    semihost_line("the node cannot be made");
    semihost_exit(1);
  }
  room_start();
  operator_start(boots);
  if (boots == 1) {
    semihost_write("machine ", 8);
    semihost_line(os_machine);
    install();
    alarm(30, EVENT, TIMER, REQUEST);
    second_container();
    confirm();
    forgery();
    uint8_t code = operator_upload("c/alarm", "alarm-2.mbx", BLOCKS_BEFORE_RESET, POLL);
    step("half of alarm 2 arrives, then the chip is reset", code == CONTINUE);
    probe_report();
    os_reset();
  }
  after_reset();
  update();
  alarm(60, POLL, POLL, POLL);
  figures();
  semihost_exit(0);
}
