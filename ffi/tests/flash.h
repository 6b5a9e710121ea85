/* The flash of the C tests, which loses power where it is told to; the key that signed their containers. */
#ifndef FLASH_H
#define FLASH_H
#include "check.h"

enum { FLASH_BYTES = 32 * 1024, UNIT = 16, BLOCK = 256, PAYLOAD_MAX = 2048, BASE = 1024 };

static uint8_t flash_bytes[FLASH_BYTES];
static struct mbx_flash flash;

/* Programs and erases until power goes, -1: it stays; and whether it has gone. */
static int until_cut = -1, off;
static int operations;
/* What a callback does that it must not do: call back. */
static void (*call_back)(void);

static int power_goes(void) {
  operations++;
  return until_cut >= 0 && until_cut-- == 0;
}
static int32_t flash_read(void *user, uint32_t offset, uint8_t *to, size_t len) {
  CHECK(user == flash_bytes && offset <= FLASH_BYTES && len <= FLASH_BYTES - offset);
  if (off) return 1;
  if (call_back) call_back();
  memcpy(to, flash_bytes + offset, len);
  return 0;
}
static int32_t flash_program(void *user, uint32_t offset, const uint8_t *from, size_t len) {
  size_t i, half = len / 2 + 1;
  CHECK(user == flash_bytes && offset % UNIT == 0 && len % UNIT == 0 && offset + len <= FLASH_BYTES);
  if (off) return 1;
  if (call_back) call_back();
  off = power_goes();
  for (i = 0; i < len && (!off || i < half); i++) {
    /* Who programs a unit twice leaves the AND of both. */
    flash_bytes[offset + i] &= from[i];
  }
  return off;
}
static int32_t flash_erase(void *user, uint32_t from, uint32_t to) {
  CHECK(user == flash_bytes && from % BLOCK == 0 && to % BLOCK == 0 && from < to && to <= FLASH_BYTES);
  if (off) return 1;
  if (call_back) call_back();
  off = power_goes();
  memset(flash_bytes + from, 0xff, off ? (to - from) / 2 : to - from);
  return off;
}

static void blank_flash(void) {
  memset(flash_bytes, 0xff, sizeof flash_bytes);
  flash.size = sizeof flash;
  flash.write_size = UNIT;
  flash.erase_size = BLOCK;
  flash.capacity = FLASH_BYTES;
  flash.base = BASE;
  flash.payload_max = PAYLOAD_MAX;
  flash.user = flash_bytes;
  flash.read = flash_read;
  flash.program = flash_program;
  flash.erase = flash_erase;
}
#endif
