/* The queue of events and the clock: from C alone, nothing of the engine or the store behind it. */
#include "check.h"

static int depth;
static uint32_t enter(void *user) {
  CHECK(user == &depth && depth == 0);
  depth++;
  return 7;
}
static void leave(void *user, uint32_t before) {
  CHECK(user == &depth && before == 7 && depth == 1);
  depth--;
}

int main(void) {
  static unsigned char memory[MBX_EVENT_QUEUE_SIZE(3) + 1];
  struct mbx_critical critical;
  struct mbx_event_queue *queue = NULL;
  uint32_t kind = 99, value = 99, lost = 99;
  memset(&critical, 0, sizeof critical);
  critical.size = sizeof critical;
  critical.user = &depth;
  critical.enter = enter;
  critical.leave = leave;

  CHECK(mbx_event_init(NULL, sizeof memory, &critical, &queue) == MBX_E_NULL);
  CHECK(mbx_event_init(memory, sizeof memory, NULL, &queue) == MBX_E_NULL);
  CHECK(mbx_event_init(memory, sizeof memory, &critical, NULL) == MBX_E_NULL);
  CHECK(mbx_event_init(memory, 8, &critical, &queue) == MBX_E_SIZE);
  critical.size = 4;
  CHECK(mbx_event_init(memory, sizeof memory, &critical, &queue) == MBX_E_SIZE);
  critical.size = sizeof critical;
  critical.leave = NULL;
  CHECK(mbx_event_init(memory, sizeof memory, &critical, &queue) == MBX_E_NULL);
  critical.leave = leave;
  critical.enter = NULL;
  CHECK(mbx_event_init(memory, sizeof memory, &critical, &queue) == MBX_E_NULL);
  critical.enter = enter;
  CHECK(queue == NULL);
  CHECK(mbx_event_post((struct mbx_event_queue *)memory, 1, 2) == MBX_E_OBJECT);

  /* At an odd address. */
  CHECK(mbx_event_init(memory + 1, sizeof memory - 1, &critical, &queue) == MBX_OK);
  CHECK(mbx_event_take(queue, &kind, &value) == MBX_EMPTY && kind == 99 && value == 99);
  uint32_t held = 0;
  while (mbx_event_post(queue, MBX_EVENT_DEVICE, held) == MBX_OK) held++;
  CHECK(held >= 3);
  CHECK(mbx_event_post(queue, MBX_EVENT_WAKE, 0) == MBX_E_EVENT_FULL);
  CHECK(mbx_event_lost(queue, &lost) == MBX_OK && lost == 2);
  for (uint32_t i = 0; i < held; i++) {
    CHECK(mbx_event_take(queue, &kind, &value) == MBX_OK && kind == MBX_EVENT_DEVICE && value == i);
  }
  CHECK(mbx_event_take(queue, &kind, &value) == MBX_EMPTY);
  CHECK(mbx_event_take(NULL, &kind, &value) == MBX_E_NULL);
  CHECK(mbx_event_take(queue, NULL, &value) == MBX_E_NULL);
  CHECK(mbx_event_take(queue, &kind, NULL) == MBX_E_NULL);
  CHECK(mbx_event_post(NULL, 0, 0) == MBX_E_NULL);
  CHECK(mbx_event_lost(NULL, &lost) == MBX_E_NULL && mbx_event_lost(queue, NULL) == MBX_E_NULL);
  CHECK(depth == 0);

  CHECK(!strcmp(mbx_strerror(MBX_OK), "no error") && !strcmp(mbx_strerror(MBX_EMPTY), "no error"));
  CHECK(!strcmp(mbx_strerror(MBX_E_EVENT_FULL), "the queue is full; the event is counted as lost"));
  CHECK(strstr(mbx_strerror(MBX_E_REFUSED_STALE), "below what was tried") != NULL);
  CHECK(!strcmp(mbx_strerror(-99), "unknown error") && !strcmp(mbx_strerror(INT32_MIN), "unknown error"));

  struct mbx_clock32 clock;
  uint64_t now = 0;
  memset(&clock, 0, sizeof clock);
  CHECK(mbx_clock32_us(&clock, 5, &now) == MBX_E_SIZE);
  clock.size = sizeof clock;
  CHECK(mbx_clock32_us(&clock, 0xfffffff0u, &now) == MBX_OK && now == 0xfffffff0u);
  CHECK(mbx_clock32_us(&clock, 0x10, &now) == MBX_OK && now == 0x100000010u);
  CHECK(mbx_clock32_us(NULL, 0x10, &now) == MBX_E_NULL && mbx_clock32_us(&clock, 0x10, NULL) == MBX_E_NULL);
  return done("event");
}
