/* Semihosting (Arm, "Semihosting for AArch32 and AArch64", version 2.0): an operation in r0, the address of its arguments in r1. */
#include "semihost.h"

#include <string.h>

#include "os.h"

enum { OPEN = 0x01, CLOSE = 0x02, WRITE = 0x05, READ = 0x06, FLEN = 0x0c, EXIT = 0x18 };
enum { MODE_READ_BINARY = 1, MODE_WRITE = 4, STOPPED_RUN_TIME_ERROR = 0x20023, STOPPED_APPLICATION_EXIT = 0x20026 };

static int32_t call(uint32_t operation, uintptr_t argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register uintptr_t r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (int32_t)r0;
}

int32_t semihost_open(const char *name) {
  const uintptr_t arguments[] = {(uintptr_t)name, MODE_READ_BINARY, strlen(name)};
  return call(OPEN, (uintptr_t)arguments);
}
size_t semihost_length(int32_t file) {
  const uintptr_t arguments[] = {(uintptr_t)file};
  int32_t length = call(FLEN, (uintptr_t)arguments);
  return length < 0 ? 0 : (size_t)length;
}
size_t semihost_read(int32_t file, uint8_t *to, size_t cap) {
  const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)to, cap};
  size_t missing = (size_t)call(READ, (uintptr_t)arguments);
  return missing > cap ? 0 : cap - missing;
}
void semihost_close(int32_t file) {
  const uintptr_t arguments[] = {(uintptr_t)file};
  call(CLOSE, (uintptr_t)arguments);
}

void semihost_write(const void *text, size_t len) {
  static int32_t console = -1;
  if (console < 0) {
    const uintptr_t arguments[] = {(uintptr_t)":tt", MODE_WRITE, 3};
    console = call(OPEN, (uintptr_t)arguments);
  }
  const uintptr_t arguments[] = {(uintptr_t)console, (uintptr_t)text, len};
  call(WRITE, (uintptr_t)arguments);
}
void semihost_line(const char *text) {
  semihost_write(text, strlen(text));
  semihost_write("\n", 1);
}
void semihost_fact(const char *group, const char *name, uint32_t value) {
  char digits[10];
  size_t from = sizeof digits;
  do digits[--from] = (char)('0' + value % 10);
  while (value /= 10);
  semihost_write("fact ", 5);
  semihost_write(group, strlen(group));
  semihost_write(name, strlen(name));
  semihost_write(" ", 1);
  semihost_write(digits + from, sizeof digits - from);
  semihost_write("\n", 1);
}

void semihost_exit(int code) {
  call(EXIT, code == 0 ? STOPPED_APPLICATION_EXIT : STOPPED_RUN_TIME_ERROR);
  for (;;) os_wait_for_interrupt();
}
