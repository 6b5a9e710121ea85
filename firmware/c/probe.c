/* Stack is painted below the caller when a phase begins, and looked at when it ends; a phase begins with a hint instruction of
 * its own, which does nothing on any Cortex-M and which QEMU's plugin looks for. Between the scenario and the product there is
 * nothing of this: `-Wl,--wrap=mbx_node_init` and the like put these functions around the library's. */
#include "probe.h"

#include <string.h>

#include "motebox.h"
#include "semihost.h"

enum { PAINT = 0x5ac3a55a, WINDOW = 12 * 1024, ON_TRIAL = 3 };

enum phase probe_polls = POLL, probe_datagrams = POLL, probe_on_event;
uint32_t probe_events;

static enum phase current;
static uint32_t *base, deepest[PHASES];
/* The last datagram waits for its answer; the next program is the last one before a start. */
static int pending, armed;

extern uint32_t _statics_end[], _stack_start[];

#define MARK(code) __asm__ volatile(".inst.n " #code)
static inline __attribute__((always_inline)) void mark(enum phase phase) {
  switch (phase) {
    case BOOT: MARK(0xbf60); break;
    case POLL: MARK(0xbf70); break;
    case UPLOAD: MARK(0xbf80); break;
    case VERIFY: MARK(0xbf90); break;
    case START: MARK(0xbfa0); break;
    case COMPILE: MARK(0xbfb0); break;
    case RUN: MARK(0xbfc0); break;
    case EVENT: MARK(0xbfd0); break;
    case TIMER: MARK(0xbfe0); break;
    case REQUEST: MARK(0xbff0); break;
    default: MARK(0xbf50); break;
  }
}
static inline __attribute__((always_inline)) uint32_t *stack_pointer(void) {
  uint32_t *here;
  __asm__ volatile("mov %0, sp" : "=r"(here));
  return here;
}

/* Paints what is free of the window; the lowest word that had lost its paint, when it is to be looked for. */
static __attribute__((noinline)) uint32_t *paint(int look) {
  volatile uint32_t *here = stack_pointer(), *word = base - WINDOW / 4;
  if (word < _statics_end) word = _statics_end;
  while (look && word < here && *word == PAINT) word++;
  volatile uint32_t *lowest = word;
  while (word < here) *word++ = PAINT;
  return (uint32_t *)lowest;
}

/* Ends the phase that was, begins another one, and says which it was. */
static __attribute__((noinline)) enum phase enter(enum phase phase) {
  mark(SCENARIO);
  enum phase before = current;
  if (before == SCENARIO) {
    base = stack_pointer();
    if (phase != SCENARIO) paint(0);
  } else {
    uint32_t deep = (uint32_t)(base - paint(1)) * 4;
    if (deep > deepest[before]) deepest[before] = deep;
  }
  current = phase;
  mark(phase);
  return before;
}

void probe_report(void) {
  static const char *const names[PHASES] = {"scenario", "boot", "poll", "upload", "verify", "start",
                                            "compile", "run", "event", "timer", "request"};
  for (int phase = BOOT; phase < PHASES; phase++)
    if (deepest[phase]) semihost_fact("stack.", names[phase], deepest[phase]);
  semihost_fact("stack-", "room", (uint32_t)(_stack_start - _statics_end) * 4);
}

/* ---- around the callbacks that tell where a phase ends ---- */

static const struct mbx_board *board;
static const struct mbx_flash *flash;

/* The script's first call: its text is compiled. */
static int32_t list(void *user, uint16_t device, struct mbx_device *out) {
  if (current == COMPILE) enter(RUN);
  return board->list(user, device, out);
}
/* A container on trial has its start counted: then comes the engine. */
static int32_t program(void *user, uint32_t offset, const uint8_t *from, size_t len) {
  int32_t outcome = flash->program(user, offset, from, len);
  if (current == START && armed) enter(COMPILE);
  return outcome;
}
static int32_t verify(void *user, const uint8_t *key, const uint8_t *message, size_t len, const uint8_t *signature) {
  enum phase before = enter(VERIFY);
  int32_t holds = mbx_ed25519_verify(user, key, message, len, signature);
  enter(before);
  return holds;
}

/* ---- around the node's functions ---- */

int32_t __real_mbx_node_init(void *, size_t, const struct mbx_node_config *, struct mbx_node **);
int32_t __real_mbx_node_poll(struct mbx_node *, uint64_t, uint64_t *);
int32_t __real_mbx_node_post(struct mbx_node *, uint32_t, uint32_t, uint64_t);
int32_t __real_mbx_node_handle(struct mbx_node *, const struct mbx_request *, uint64_t, uint8_t *, size_t, size_t *);
int32_t __wrap_mbx_node_init(void *, size_t, const struct mbx_node_config *, struct mbx_node **);
int32_t __wrap_mbx_node_poll(struct mbx_node *, uint64_t, uint64_t *);
int32_t __wrap_mbx_node_post(struct mbx_node *, uint32_t, uint32_t, uint64_t);
int32_t __wrap_mbx_node_handle(struct mbx_node *, const struct mbx_request *, uint64_t, uint8_t *, size_t, size_t *);

int32_t __wrap_mbx_node_init(void *memory, size_t len, const struct mbx_node_config *config, struct mbx_node **node) {
  static struct mbx_board watched_board;
  static struct mbx_flash watched_flash;
  struct mbx_node_config watched = *config;
  board = config->board, flash = config->flash;
  watched_board = *board, watched_flash = *flash;
  watched_board.list = list, watched_flash.program = program;
  watched.board = &watched_board, watched.flash = &watched_flash, watched.verify = verify;
  enter(BOOT);
  int32_t outcome = __real_mbx_node_init(memory, len, &watched, node);
  enter(SCENARIO);
  return outcome;
}

int32_t __wrap_mbx_node_poll(struct mbx_node *node, uint64_t now, uint64_t *deadline) {
  struct mbx_container first = {.size = sizeof first};
  enter(pending ? probe_datagrams : probe_polls);
  int32_t outcome = __real_mbx_node_poll(node, now, deadline);
  enum phase ended = enter(SCENARIO);
  /* A start goes on in the next slice with what it has come to. */
  if (ended == COMPILE || ended == RUN) probe_polls = ended;
  armed = mbx_node_status(node, 0, &first) == MBX_OK && first.state == ON_TRIAL;
  return outcome;
}

int32_t __wrap_mbx_node_post(struct mbx_node *node, uint32_t kind, uint32_t value, uint64_t now) {
  if (probe_on_event != SCENARIO) probe_polls = probe_on_event;
  probe_on_event = SCENARIO;
  probe_events++;
  return __real_mbx_node_post(node, kind, value, now);
}

int32_t __wrap_mbx_node_handle(struct mbx_node *node, const struct mbx_request *request, uint64_t now, uint8_t *out,
                               size_t cap, size_t *len) {
  enter(probe_datagrams);
  int32_t outcome = __real_mbx_node_handle(node, request, now, out, cap, len);
  enter(SCENARIO);
  pending = outcome == MBX_PENDING;
  return outcome;
}
