/* Radio stacks from C, and nothing else of the library: two nodes, one of which has the filter of ffi/examples in its stack.
 * Weighed by `cargo xtask size`, and played by `cargo xtask c` on a Cortex-M0: exit code 0 when the filter let pass and dropped
 * what it should. */
#include "../../ffi/examples/filter.c"

/* Everything lies where the loader has put it, or begins as zero. */
static unsigned char memory[2][MBX_CRIME_SIZE(1, 4, 8, 4, 1)];
static const uint8_t filtered[] = {0x82, 1, 0x85, 0xf6, 0x82, 1, 0xa1, 0, 0x18, 146, 3, 0x82, 0x18, 192, 0xa1, 0, 0x18, 80, 5};
static const uint8_t plain[] = {0x82, 1, 0x84, 0xf6, 0x82, 1, 0xa1, 0, 0x18, 146, 3, 5};

/* Sends from one to the other, heard so strongly: whether an event came of it. */
static int heard(struct mbx_crime *from, struct mbx_crime *to, uint64_t now, int16_t rssi_dbm) {
  struct mbx_crime_frame frame = {.size = sizeof frame};
  struct mbx_crime_reception reception = {.size = sizeof reception, .rssi_dbm = rssi_dbm};
  struct mbx_crime_event event = {.size = sizeof event};
  uint8_t bytes[MBX_CRIME_FRAME_BYTES], payload[5];
  uint64_t next;
  if (mbx_crime_send(from, now, 146, 0, 0, (const uint8_t *)"Hello", 5) != MBX_OK ||
      mbx_crime_next_frame(from, now, bytes, sizeof bytes, &frame) != MBX_OK ||
      mbx_crime_frame_done(from, now, 1) != MBX_OK || mbx_crime_poll(from, now, &next) != MBX_OK ||
      mbx_crime_receive(to, now, bytes, frame.len, &reception) != MBX_OK)
    return -1;
  if (mbx_crime_next_event(to, payload, sizeof payload, &event) != MBX_OK) return 0;
  return event.operation == MBX_CRIME_RECV && event.len == 5 && event.rssi_dbm == rssi_dbm && payload[4] == 'o' ? 1 : -1;
}

int main(void) {
  const struct mbx_crime_module *own[] = {&filter};
  struct mbx_crime_config config = {
      .size = sizeof config, .seed = 1, .address = 1, .stacks = 1, .modules = 4, .words = 8, .slots = 4};
  struct mbx_crime *weak, *picky;
  uint32_t counts[2];
  size_t count;
  if (mbx_crime_init(memory[0], sizeof memory[0], &config, &weak) != MBX_OK) return 1;
  config.address = 2;
  config.own = own;
  config.own_count = 1;
  if (mbx_crime_init(memory[1], sizeof memory[1], &config, &picky) != MBX_OK) return 2;
  if (mbx_crime_compose(weak, 0, plain, sizeof plain) != MBX_OK) return 3;
  if (mbx_crime_compose(picky, 0, filtered, sizeof filtered) != MBX_OK) return 4;
  if (heard(weak, picky, 1000, -80) != 1) return 5;
  if (heard(weak, picky, 2000, -81) != 0) return 6;
  if (mbx_crime_state(picky, 146, FILTER_ID, counts, 2, &count) != MBX_OK || count != 2) return 7;
  return counts[FILTER_DROPPED] == 1 && counts[FILTER_PASSED] == 1 ? 0 : 8;
}

/* Semihosting's exit: 0, or 1 for everything else. */
static void leave(int code) {
  register uint32_t operation __asm__("r0") = 0x18;
  register uint32_t reason __asm__("r1") = code == 0 ? 0x20026 : 0x20023;
  __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(reason) : "memory");
}

void mbx_panic(void) {
  leave(9);
  for (;;) {
  }
}

void reset(void);
void reset(void) {
  leave(main());
  for (;;) {
  }
}

/* The 16 kB of RAM of a micro:bit end there. */
__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    (void (*)(void))0x20004000, reset, mbx_panic, mbx_panic};
