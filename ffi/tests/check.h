/* What the C tests share: a check that names itself, and byte strings. */
#ifndef CHECK_H
#define CHECK_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "motebox.h"

static int checks;

#define CHECK(what)                                                                                                    \
  do {                                                                                                                 \
    checks++;                                                                                                          \
    if (!(what)) {                                                                                                     \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                                                       \
      exit(1);                                                                                                         \
    }                                                                                                                  \
  } while (0)

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static inline int done(const char *name) {
  printf("%s: %d checks\n", name, checks);
  return 0;
}
#endif
