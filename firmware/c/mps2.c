/* MPS2 with AN385, a Cortex-M3: the FPGA's counter (Arm DAI 0385, section 4.5), and memory with the manners of NOR flash, for
 * the board has none: programming only clears bits, only erasing sets them. */
#include <string.h>

#include "os.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define FPGAIO_COUNTER REGISTER(0x40028018)
#define FPGAIO_PRESCALE REGISTER(0x4002801c)

const char os_machine[] = "mps2-an385, Cortex-M3";
const uint32_t os_core_hz = 25000000;

void os_counter_start(void) {
  FPGAIO_PRESCALE = 25 - 1;
  FPGAIO_COUNTER = 0u - 2000000;
}
uint32_t os_counter_us(void) { return FPGAIO_COUNTER; }

int os_flash_write(uint32_t offset, const uint8_t *from, size_t len) {
  volatile uint8_t *cells = (volatile uint8_t *)(uintptr_t)os_flash + offset;
  if (offset % OS_FLASH_WORD || len % OS_FLASH_WORD || offset + len > OS_FLASH_BYTES) return -1;
  for (size_t at = 0; at < len; at++) cells[at] = cells[at] & from[at];
  return 0;
}
int os_flash_erase(uint32_t from, uint32_t to) {
  if (from % OS_FLASH_PAGE || to % OS_FLASH_PAGE || from > to || to > OS_FLASH_BYTES) return -1;
  memset((void *)(uintptr_t)(os_flash + from), 0xff, to - from);
  return 0;
}
