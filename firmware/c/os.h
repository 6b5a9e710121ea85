/* What the system under the port offers: here a bare machine with a room around it, elsewhere an operating system.
 * None of these waits, but for the flash, which stands still until it is done. */
#ifndef OS_H
#define OS_H
#include <stddef.h>
#include <stdint.h>

/* ---- the chip: microbit.c, mps2.c ---- */

/* A counter of 32 bits at 1 MHz. It starts two seconds before its wrap: a clock that is wrong afterwards is found at once. */
void os_counter_start(void);
uint32_t os_counter_us(void);

/* The flash that the linker script sets aside for the store, readable as memory. Writes are whole words that were not written
 * since the last erase, erases whole pages: 0, or -1 for anything else. */
enum { OS_FLASH_BYTES = 20 * 1024, OS_FLASH_WORD = 4, OS_FLASH_PAGE = 1024 };
extern const uint8_t os_flash[];
int os_flash_write(uint32_t offset, const uint8_t *from, size_t len);
int os_flash_erase(uint32_t from, uint32_t to);

extern const char os_machine[];
extern const uint32_t os_core_hz;

/* ---- the core: cortex.c ---- */

/* Keeps interrupts away, and says whether they were already; and back to that. */
uint32_t os_irq_off(void);
void os_irq_restore(uint32_t before);
/* Sleeps until an interrupt is pending, also while they are kept away. */
void os_wait_for_interrupt(void);
/* So many interrupts of SysTick a second. */
void os_ticks_start(uint32_t hz);
void os_reset(void);
/* Bits that nobody can guess. (Here they repeat, so that figures do: cortex.c.) */
uint64_t os_random(void);
/* A piece of text for whoever looks. */
void os_print(const uint8_t *text, size_t len);

/* ---- the devices: room.c ---- */

/* One of the board's devices; `kind` is an MBX_CLASS_…. All that are writable are off at 0. */
struct os_device {
  const char *name;
  uint8_t kind, writable;
};
enum { OS_DEVICES = 5 };
extern const struct os_device os_devices[OS_DEVICES];
/* 0, or -1 for a device that cannot be read, or not be written. */
int os_sense(uint16_t device, int16_t *value);
int os_actuate(uint16_t device, int16_t value);

/* ---- the network: air.c ---- */

/* A UDP peer: an IPv6 address and a port, in network order. */
struct os_peer {
  uint8_t address[16], port[2];
};
/* Takes a datagram that came in: its length on the air, of which `cap` bytes are there at most; 0 for none. */
size_t os_udp_receive(uint8_t *to, size_t cap, struct os_peer *from);
void os_udp_send(const struct os_peer *to, const uint8_t *bytes, size_t len);

#endif
