/* The containers of the C tests, in the folder that a program gets as its argument, and the key that signed them: that of
 * RFC 8032's first test. */
#ifndef CONTAINERS_H
#define CONTAINERS_H
#include "check.h"

struct file {
  uint8_t bytes[4096];
  size_t len;
};
static void load(const char *folder, const char *name, struct file *to) {
  char path[1024];
  FILE *file;
  CHECK(strlen(folder) + strlen(name) + 2 <= sizeof path);
  sprintf(path, "%s/%s", folder, name);
  file = fopen(path, "rb");
  CHECK(file != NULL);
  to->len = fread(to->bytes, 1, sizeof to->bytes, file);
  CHECK(to->len > 100 && to->len < sizeof to->bytes);
  fclose(file);
}
static const uint8_t site_key[32] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
                                     0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
                                     0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};

static struct mbx_key key;
static struct mbx_envelope_config config;

static void trust(void) {
  key.size = sizeof key;
  key.kinds = MBX_KINDS_ALL;
  key.id = (const uint8_t *)"rfc8032";
  key.id_len = 7;
  key.public_key = site_key;
  config.size = sizeof config;
  config.keys = &key;
  config.key_count = 1;
}
#endif
