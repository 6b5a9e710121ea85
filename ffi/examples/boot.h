/* A boot loader's part of an update: see boot.c. */
#ifndef BOOT_H
#define BOOT_H
#include "motebox.h"

/* Who this device is, and its two objects. */
struct boot {
  struct mbx_envelope *envelope;
  struct mbx_store *store;
  const uint8_t *device;
  size_t device_len;
  const uint8_t *class_name;
  size_t class_len;
  uint32_t payload_max; /* as in its struct mbx_flash */
};

/* Checks a signed container that is for `id`, and stores it. MBX_OK: it is in flash, verified, in *slot. MBX_REPEATED: it was
 * here before, nothing was done. Else why not; what was there is there. */
int32_t boot_install(const struct boot *boot, const uint8_t *id, size_t id_len, uint32_t form, const uint8_t *file,
                     size_t len, uint32_t *slot);

/* Chooses what to start for `id`: MBX_OK and its slot, its attempt counted when it is on trial; MBX_EMPTY: nothing. */
int32_t boot_choose(const struct boot *boot, const uint8_t *id, size_t id_len, uint32_t *slot);
#endif
