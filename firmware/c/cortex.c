/* The core and its start: vectors, memory, SysTick, and what else every Cortex-M has. */
#include <string.h>

#include "motebox.h"
#include "os.h"
#include "semihost.h"

int main(void);
void SysTick_Handler(void);

/* From the linker script. */
extern uint32_t _stack_start[], _data_load[], _data_start[], _data_end[], _bss_start[], _bss_end[];

static void start(void) {
  memcpy(_data_start, _data_load, (size_t)((char *)_data_end - (char *)_data_start));
  memset(_bss_start, 0, (size_t)((char *)_bss_end - (char *)_bss_start));
  main();
  semihost_exit(1);
}

static void fault(void) {
  semihost_line("a fault");
  semihost_exit(1);
}

/* Motebox's own crates never come here; the arithmetic of its verifier is proved by nobody. */
void mbx_panic(void) {
  semihost_line("panicked");
  semihost_exit(1);
}

typedef void (*vector)(void);
struct vectors {
  uint32_t *stack;
  vector handlers[15];
};
extern const struct vectors vectors;
__attribute__((section(".vectors"), used)) const struct vectors vectors = {
    _stack_start,
    {start, fault, fault, fault, fault, fault, NULL, NULL, NULL, NULL, fault, fault, NULL, fault, SysTick_Handler}};

uint32_t os_irq_off(void) {
  uint32_t before;
  __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(before)::"memory");
  return before;
}
void os_irq_restore(uint32_t before) {
  __asm__ volatile("msr primask, %0" ::"r"(before) : "memory");
}
void os_wait_for_interrupt(void) {
  __asm__ volatile("dsb\n\twfi" ::: "memory");
}

#define SYST ((volatile uint32_t *)0xe000e010) /* control, reload, current */
#define AIRCR (*(volatile uint32_t *)0xe000ed0c)

void os_ticks_start(uint32_t hz) {
  SYST[1] = os_core_hz / hz - 1;
  SYST[2] = 0;
  SYST[0] = 7; /* the core's clock, interrupt, on */
}
void os_reset(void) {
  AIRCR = 0x05fa0004;
  for (;;) os_wait_for_interrupt();
}

/* A product asks its chip's source. This is SplitMix64 from where the counter stands, which repeats in QEMU. */
uint64_t os_random(void) {
  static uint64_t state;
  uint64_t mixed = state += 0x9e3779b97f4a7c15u + os_counter_us();
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return mixed ^ mixed >> 31;
}

void os_print(const uint8_t *text, size_t len) { semihost_write(text, len); }
