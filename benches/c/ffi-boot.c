/* A boot loader in C: envelope and store with the verifier of the library, and nothing else of it. Linked and weighed, never
 * run: what it is called with comes from where the compiler cannot look. */
#include "../../ffi/examples/boot.c"

/* Anything, from anywhere. */
extern volatile uint32_t unknown;
volatile uint32_t unknown;
static const uint8_t *volatile bytes;
#define INPUT bytes, (size_t)unknown

static int32_t flash_read(void *user, uint32_t offset, uint8_t *to, size_t len) {
  (void)user;
  to[0] = (uint8_t)(offset + len + unknown);
  return (int32_t)unknown;
}
static int32_t flash_program(void *user, uint32_t offset, const uint8_t *from, size_t len) {
  (void)user;
  unknown = offset + from[0] + (uint32_t)len;
  return (int32_t)unknown;
}
static int32_t flash_erase(void *user, uint32_t from, uint32_t to) {
  (void)user;
  unknown = from + to;
  return (int32_t)unknown;
}

static unsigned char envelope[MBX_ENVELOPE_SIZE(1)], store[MBX_STORE_SIZE];
static const uint8_t public_key[32];
static const struct mbx_flash flash = {.size = sizeof flash,
                                       .write_size = 16,
                                       .erase_size = 256,
                                       .capacity = 32768,
                                       .payload_max = 4096,
                                       .read = flash_read,
                                       .program = flash_program,
                                       .erase = flash_erase};
static const struct mbx_key key = {.size = sizeof key,
                                   .kinds = MBX_KINDS_ALL,
                                   .id = (const uint8_t *)"key",
                                   .id_len = 3,
                                   .public_key = public_key};
static const struct mbx_envelope_config config = {.size = sizeof config, .keys = &key, .key_count = 1};

int main(void) {
  struct boot boot = {.payload_max = 4096};
  uint32_t slot = 0;
  if (mbx_envelope_init(envelope, sizeof envelope, &config, &boot.envelope) != MBX_OK ||
      mbx_store_init(store, sizeof store, &flash, &boot.store) != MBX_OK || mbx_store_finish(boot.store) != MBX_OK)
    return 1;
  unknown = (uint32_t)boot_install(&boot, INPUT, unknown, INPUT, &slot);
  unknown = (uint32_t)boot_choose(&boot, INPUT, &slot);
  return (int)slot;
}

void mbx_panic(void) {
  for (;;) {
  }
}

void reset(void) {
  unknown = (uint32_t)main();
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {(void (*)(void))0x20040000, reset};
