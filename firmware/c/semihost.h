/* Whoever holds the probe, or QEMU: lines, files of its folder, and the exit code. */
#ifndef SEMIHOST_H
#define SEMIHOST_H
#include <stddef.h>
#include <stdint.h>

void semihost_write(const void *text, size_t len);
void semihost_line(const char *text);
/* `fact NAME VALUE`, what `cargo xtask qemu` puts into its table; the name is in two parts. */
void semihost_fact(const char *group, const char *name, uint32_t value);
/* A file's handle, -1 for none. */
int32_t semihost_open(const char *name);
size_t semihost_length(int32_t file);
/* How many bytes were read: fewer than `cap` at the end. */
size_t semihost_read(int32_t file, uint8_t *to, size_t cap);
void semihost_close(int32_t file);
/* Exit code 0 or 1. */
__attribute__((noreturn)) void semihost_exit(int code);

#endif
