/* nRF51822 of a micro:bit, as a Cortex-M0 of 32 kB RAM and 256 kB flash: TIMER0 as the counter, the NVMC as the flash's
 * driver. Registers: nRF51 Series Reference Manual 3.0, sections 7 (NVMC) and 18 (TIMER). */
#include <string.h>

#include "os.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define TIMER_START REGISTER(0x40008000)
#define TIMER_CAPTURE0 REGISTER(0x40008040)
#define TIMER_BITMODE REGISTER(0x40008508)
#define TIMER_PRESCALER REGISTER(0x40008510)
#define TIMER_CC0 REGISTER(0x40008540)
#define NVMC_READY REGISTER(0x4001e400)
#define NVMC_CONFIG REGISTER(0x4001e504)
#define NVMC_ERASEPAGE REGISTER(0x4001e508)

enum { BITS_32 = 3, DIVIDE_BY_16 = 4, NVMC_READ = 0, NVMC_WRITE = 1, NVMC_ERASE = 2 };

const char os_machine[] = "microbit, Cortex-M0";
const uint32_t os_core_hz = 16000000;

void os_counter_start(void) {
  TIMER_BITMODE = BITS_32;
  TIMER_PRESCALER = DIVIDE_BY_16;
  TIMER_START = 1;
}
uint32_t os_counter_us(void) {
  TIMER_CAPTURE0 = 1;
  return TIMER_CC0 - 2000000;
}

static void ready(void) {
  while (!(NVMC_READY & 1)) {
  }
}
int os_flash_write(uint32_t offset, const uint8_t *from, size_t len) {
  if (offset % OS_FLASH_WORD || len % OS_FLASH_WORD || offset + len > OS_FLASH_BYTES) return -1;
  NVMC_CONFIG = NVMC_WRITE;
  for (size_t at = 0; at < len; at += OS_FLASH_WORD) {
    uint32_t word;
    memcpy(&word, from + at, sizeof word);
    REGISTER((uintptr_t)os_flash + offset + at) = word;
    ready();
  }
  NVMC_CONFIG = NVMC_READ;
  return 0;
}
int os_flash_erase(uint32_t from, uint32_t to) {
  if (from % OS_FLASH_PAGE || to % OS_FLASH_PAGE || from > to || to > OS_FLASH_BYTES) return -1;
  NVMC_CONFIG = NVMC_ERASE;
  for (uint32_t page = from; page < to; page += OS_FLASH_PAGE) {
    NVMC_ERASEPAGE = (uint32_t)(uintptr_t)os_flash + page;
    ready();
  }
  NVMC_CONFIG = NVMC_READ;
  return 0;
}
