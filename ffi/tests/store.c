/* The store from C alone: every function, every pointer NULL once, memory and structs of a wrong size, re-entry from the
 * flash's callbacks, flash that fails. */
#include "flash.h"

static unsigned char store_bytes[MBX_STORE_SIZE + 1];
static struct mbx_store *store;
static int met;

static void into_the_store(void) {
  uint32_t number = 77;
  if (store == NULL) return;
  CHECK(mbx_store_step(store) == MBX_E_BUSY && mbx_store_offset(store, 0, &number) == MBX_E_BUSY && number == 77);
  met++;
}
static struct mbx_slot info_of(uint32_t slot) {
  struct mbx_slot info;
  memset(&info, 0, sizeof info);
  info.size = sizeof info;
  CHECK(mbx_store_slot(store, slot, &info) == MBX_OK);
  return info;
}

int main(void) {
  static uint8_t digest[32], tag[MBX_TAG_BYTES], other_tag[MBX_TAG_BYTES] = {1};
  static uint8_t manifest[64] = "a manifest of the application's own", out[64], payload[100];
  static unsigned char other_memory[MBX_STORE_SIZE];
  struct mbx_store *none = NULL;
  struct mbx_store_header header;
  struct mbx_slot info;
  uint32_t number = 77, slot = 77, more = 77;
  size_t len = 77, taken = 77;
  uint8_t *memory = store_bytes + 1;
  blank_flash();
  call_back = into_the_store;

  CHECK(mbx_store_size(NULL) == MBX_E_NULL && mbx_store_size(&len) == MBX_OK && len <= MBX_STORE_SIZE);
  CHECK(mbx_store_flash_bytes(NULL, &number) == MBX_E_NULL && mbx_store_flash_bytes(&flash, NULL) == MBX_E_NULL);
  CHECK(mbx_store_flash_bytes(&flash, &number) == MBX_OK && number > 4 * PAYLOAD_MAX && number < FLASH_BYTES - BASE);
  const struct mbx_flash good = flash;
#define FLASH_REFUSED(change, error)                                                                                   \
  do {                                                                                                                 \
    change;                                                                                                            \
    CHECK(mbx_store_init(memory, len, &flash, &none) == (error) && none == NULL);                                      \
    flash = good;                                                                                                      \
  } while (0)
  CHECK(mbx_store_init(NULL, len, &flash, &none) == MBX_E_NULL && mbx_store_init(memory, len, NULL, &none) == MBX_E_NULL);
  CHECK(mbx_store_init(memory, len, &flash, NULL) == MBX_E_NULL && mbx_store_init(memory, len / 2, &flash, &none) == MBX_E_SIZE);
  FLASH_REFUSED(flash.size = 0, MBX_E_SIZE);
  FLASH_REFUSED(flash.read = NULL, MBX_E_NULL);
  FLASH_REFUSED(flash.program = NULL, MBX_E_NULL);
  FLASH_REFUSED(flash.erase = NULL, MBX_E_NULL);
  FLASH_REFUSED(flash.capacity = BASE + number - 1, MBX_E_STORE_LAYOUT);
  FLASH_REFUSED(flash.base = 1000, MBX_E_STORE_LAYOUT);
  FLASH_REFUSED(flash.write_size = 3, MBX_E_STORE_LAYOUT);
  FLASH_REFUSED(flash.payload_max = UINT32_MAX, MBX_E_STORE_LAYOUT);
  FLASH_REFUSED(off = 1, MBX_E_STORE_FLASH);
  off = 0;
  flash.write_size = 0;
  CHECK(mbx_store_flash_bytes(&flash, &more) == MBX_E_STORE_LAYOUT && more == 77);
  flash = good;

  /* Neither blank nor a store. */
  memset(flash_bytes, 0x11, sizeof flash_bytes);
  CHECK(mbx_store_init(memory, len, &flash, &store) == MBX_DAMAGED && store != NULL);
  memset(&header, 0, sizeof header);
  header.size = sizeof header;
  header.sequence = 5;
  header.payload_len = sizeof payload;
  header.id = (const uint8_t *)"x";
  header.id_len = 1;
  header.payload_digest = digest;
  header.manifest = manifest;
  header.manifest_len = 40;
  CHECK(mbx_store_begin(store, &header, &slot) == MBX_E_STORE_DAMAGED && slot == 77);
  CHECK(mbx_store_tried(store, header.id, 1, &number, tag) == MBX_E_STORE_DAMAGED);
  CHECK(mbx_store_format(NULL) == MBX_E_NULL && mbx_store_format(store) == MBX_OK);
  CHECK(mbx_store_format(store) == MBX_E_STORE_BUSY && mbx_store_step(store) == MBX_MORE);
  CHECK(mbx_store_finish(store) == MBX_OK && mbx_store_step(store) == MBX_OK);
  CHECK(mbx_store_step(NULL) == MBX_E_NULL && mbx_store_finish(NULL) == MBX_E_NULL);
  CHECK(flash_bytes[BASE - 1] == 0x11 && flash_bytes[BASE] == 0xff);

  /* Begin. */
  CHECK(mbx_store_find(store, header.id, 1, &more) == MBX_EMPTY && more == 77);
  CHECK(mbx_store_begin(NULL, &header, &slot) == MBX_E_NULL && mbx_store_begin(store, NULL, &slot) == MBX_E_NULL);
  CHECK(mbx_store_begin(store, &header, NULL) == MBX_E_NULL);
  const struct mbx_store_header good_header = header;
#define HEADER_REFUSED(change, error)                                                                                  \
  do {                                                                                                                 \
    change;                                                                                                            \
    CHECK(mbx_store_begin(store, &header, &slot) == (error) && slot == 77);                                            \
    header = good_header;                                                                                              \
  } while (0)
  HEADER_REFUSED(header.size = 3, MBX_E_SIZE);
  HEADER_REFUSED(header.id = NULL, MBX_E_NULL);
  HEADER_REFUSED(header.id_len = 0, MBX_E_STORE_ID);
  HEADER_REFUSED(header.payload_digest = NULL, MBX_E_NULL);
  HEADER_REFUSED(header.manifest = NULL, MBX_E_NULL);
  HEADER_REFUSED(header.payload_len = PAYLOAD_MAX + 1, MBX_E_STORE_PAYLOAD);
  CHECK(mbx_store_detail(store, &number) == MBX_OK && number == PAYLOAD_MAX);
  HEADER_REFUSED((header.manifest = flash_bytes, header.manifest_len = 513), MBX_E_STORE_RECORD);
  CHECK(mbx_store_detail(NULL, &number) == MBX_E_NULL && mbx_store_detail(store, NULL) == MBX_E_NULL);
  CHECK(mbx_store_begin(store, &header, &slot) == MBX_OK && slot == 0);
  CHECK(mbx_store_begin(store, &header, &more) == MBX_E_STORE_BUSY && more == 77);
  CHECK(mbx_store_write(store, 0, 0, payload, 1, &taken) == MBX_E_STORE_BUSY && taken == 77);
  CHECK(mbx_store_finish(store) == MBX_OK);
  /* Nobody reads the manifest any more. */
  memset(manifest, 0, sizeof manifest);

  /* Write. */
  CHECK(mbx_store_find(store, header.id, 1, &more) == MBX_OK && more == 0);
  CHECK(mbx_store_find(NULL, header.id, 1, &more) == MBX_E_NULL && mbx_store_find(store, NULL, 1, &more) == MBX_E_NULL);
  CHECK(mbx_store_find(store, header.id, 1, NULL) == MBX_E_NULL);
  CHECK(mbx_store_offset(NULL, 0, &more) == MBX_E_NULL && mbx_store_offset(store, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_store_offset(store, MBX_STORE_PAIRS, &more) == MBX_E_STORE_SLOT);
  CHECK(mbx_store_write(NULL, 0, 0, payload, 1, &taken) == MBX_E_NULL && mbx_store_write(store, 0, 0, NULL, 1, &taken) == MBX_E_NULL);
  CHECK(mbx_store_write(store, 0, 0, payload, 1, NULL) == MBX_E_NULL);
  CHECK(mbx_store_write(store, UINT32_MAX, 0, payload, 1, &taken) == MBX_E_STORE_SLOT);
  CHECK(mbx_store_write(store, 1, 0, payload, 1, &taken) == MBX_E_STORE_STATE);
  CHECK(mbx_store_write(store, 0, 5, payload, 1, &taken) == MBX_E_STORE_OFFSET);
  CHECK(mbx_store_write(store, 0, 0, payload, 101, &taken) == MBX_E_STORE_PAYLOAD && taken == 77);
  memset(payload, 0x42, sizeof payload);
  CHECK(mbx_store_write(store, 0, 0, payload, 40, &taken) == MBX_OK && taken == 40);
  CHECK(mbx_store_offset(store, 0, &more) == MBX_OK && more == 40);
  CHECK(mbx_store_commit(store, 0) == MBX_E_STORE_INCOMPLETE && mbx_store_commit(NULL, 0) == MBX_E_NULL);
  CHECK(mbx_store_detail(store, &number) == MBX_OK && number == 40);
  CHECK(mbx_store_commit(store, 1) == MBX_E_STORE_STATE && mbx_store_commit(store, 2) == MBX_E_STORE_SLOT);
  CHECK(mbx_store_read(store, 0, 30, out, sizeof out, &len) == MBX_OK && len == 10 && out[9] == 0x42 && out[10] == 0);
  CHECK(mbx_store_abandon(NULL, 0) == MBX_E_NULL && mbx_store_abandon(store, 1) == MBX_E_STORE_STATE);
  CHECK(mbx_store_abandon(store, 0) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_find(store, header.id, 1, &more) == MBX_EMPTY);
  memcpy(manifest, "a manifest of the application's own", 36);
  CHECK(mbx_store_begin(store, &header, &slot) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  for (number = 0; number < sizeof payload; number += (uint32_t)taken) {
    CHECK(mbx_store_write(store, 0, number, payload, sizeof payload - number, &taken) == MBX_OK);
  }
  CHECK(mbx_store_commit(store, 0) == MBX_OK && mbx_store_finish(store) == MBX_OK);

  /* Read. */
  CHECK(mbx_store_read(NULL, 0, 0, out, 8, &len) == MBX_E_NULL && mbx_store_read(store, 0, 0, NULL, 8, &len) == MBX_E_NULL);
  CHECK(mbx_store_read(store, 0, 0, out, 8, NULL) == MBX_E_NULL && mbx_store_read(store, 4, 0, out, 8, &len) == MBX_E_STORE_SLOT);
  CHECK(mbx_store_read(store, 0, 0, out, (size_t)-1, &len) == MBX_E_SIZE);
  CHECK(mbx_store_read(store, 0, 99, out, 8, &len) == MBX_OK && len == 1);
  CHECK(mbx_store_read(store, 0, UINT32_MAX, out, 8, &len) == MBX_OK && len == 0);
  CHECK(mbx_store_manifest(NULL, 0, 0, out, 8, &len) == MBX_E_NULL && mbx_store_manifest(store, 0, 0, NULL, 8, &len) == MBX_E_NULL);
  CHECK(mbx_store_manifest(store, 0, 0, out, sizeof out, NULL) == MBX_E_NULL);
  CHECK(mbx_store_manifest(store, 0, 0, out, sizeof out, &len) == MBX_OK && len == 40 && !memcmp(out, "a manifest of", 13));
  memset(&info, 0, sizeof info);
  CHECK(mbx_store_slot(store, 0, &info) == MBX_E_SIZE && mbx_store_slot(store, 0, NULL) == MBX_E_NULL);
  info.size = sizeof info;
  CHECK(mbx_store_slot(NULL, 0, &info) == MBX_E_NULL && mbx_store_slot(store, 4, &info) == MBX_E_STORE_SLOT);
  info = info_of(0);
  CHECK(info.sequence == 5 && info.payload_len == 100 && info.manifest_len == 40 && info.id_len == 1 && info.id[0] == 'x');
  CHECK(memcmp(info.payload_digest, digest, 32) == 0 && info_of(1).state == MBX_SLOT_EMPTY && info_of(2).id_len == 0);
  CHECK(mbx_store_newest(store, 0, MBX_SLOT_STORED, &slot) == MBX_OK && slot == 0);
  CHECK(mbx_store_newest(store, 0, MBX_SLOT_TRIAL, &more) == MBX_EMPTY && mbx_store_newest(store, 0, 6, &more) == MBX_E_STORE_STATE);
  CHECK(mbx_store_newest(NULL, 0, 0, &more) == MBX_E_NULL && mbx_store_newest(store, 0, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_store_newest(store, 2, 0, &more) == MBX_E_STORE_SLOT);
  CHECK(mbx_store_boot(NULL, 0, &more) == MBX_E_NULL && mbx_store_boot(store, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_store_previous(NULL, 0, &more) == MBX_E_NULL && mbx_store_previous(store, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_store_previous(store, 0, &more) == MBX_EMPTY && mbx_store_boot(store, 1, &more) == MBX_EMPTY);

  /* Trial. */
  CHECK(mbx_store_start_trial(NULL, 0, tag) == MBX_E_NULL && mbx_store_start_trial(store, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_store_start_trial(store, 1, tag) == MBX_E_STORE_STATE && mbx_store_start_trial(store, 4, tag) == MBX_E_STORE_SLOT);
  CHECK(mbx_store_tried(store, header.id, 1, &more, out) == MBX_EMPTY);
  CHECK(mbx_store_start_trial(store, 0, tag) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_tried(NULL, header.id, 1, &more, out) == MBX_E_NULL && mbx_store_tried(store, NULL, 1, &more, out) == MBX_E_NULL);
  CHECK(mbx_store_tried(store, header.id, 1, NULL, out) == MBX_E_NULL && mbx_store_tried(store, header.id, 1, &more, NULL) == MBX_E_NULL);
  CHECK(mbx_store_tried(store, header.id, 17, &more, out) == MBX_E_STORE_ID);
  CHECK(mbx_store_tried(store, header.id, 1, &more, out) == MBX_OK && more == 5 && !memcmp(out, tag, sizeof tag));
  CHECK(mbx_store_attempt(NULL, 0, 1) == MBX_E_NULL && mbx_store_attempt(store, 1, 1) == MBX_E_STORE_STATE);
  for (number = 0; mbx_store_attempt(store, 0, 3) == MBX_OK; number++) CHECK(mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_attempt(store, 0, 3) == MBX_E_STORE_ATTEMPTS && mbx_store_attempts(store, 0, 3, &more) == MBX_OK && more == number);
  CHECK(mbx_store_attempts(NULL, 0, 3, &more) == MBX_E_NULL && mbx_store_attempts(store, 0, 3, NULL) == MBX_E_NULL);
  CHECK(mbx_store_confirm(NULL, 0) == MBX_E_NULL && mbx_store_confirm(store, 1) == MBX_E_STORE_STATE);
  CHECK(mbx_store_confirm(store, 0) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_boot(store, 0, &more) == MBX_OK && more == 0);
  CHECK(mbx_store_revert(NULL, 0, 6) == MBX_E_NULL && mbx_store_revert(store, 0, 6) == MBX_E_STORE_STATE);

  /* The next one, and back. */
  header.sequence = 6;
  CHECK(mbx_store_begin(store, &header, &slot) == MBX_OK && slot == 1 && mbx_store_finish(store) == MBX_OK);
  for (number = 0; number < sizeof payload; number += (uint32_t)taken) {
    CHECK(mbx_store_write(store, 0, number, payload, sizeof payload - number, &taken) == MBX_OK);
  }
  CHECK(mbx_store_commit(store, 0) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_start_trial(store, 1, tag) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_confirm(store, 1) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_previous(store, 0, &more) == MBX_OK && more == 0 && mbx_store_revert(store, 0, 0) == MBX_E_STORE_STATE);
  CHECK(mbx_store_revert(store, 0, 6) == MBX_OK && mbx_store_finish(store) == MBX_OK && info_of(1).reason == 6);
  CHECK(mbx_store_boot(store, 0, &more) == MBX_OK && more == 0);
  CHECK(mbx_store_fail(NULL, 0, 1) == MBX_E_NULL && mbx_store_fail(store, 0, 0) == MBX_E_STORE_STATE);
  CHECK(mbx_store_fail(store, 0, 1) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_boot(store, 0, &more) == MBX_EMPTY);
  CHECK(mbx_store_delete(NULL, 0) == MBX_E_NULL && mbx_store_delete(store, 1) == MBX_E_STORE_STATE);
  CHECK(mbx_store_delete(store, 0) == MBX_OK && mbx_store_finish(store) == MBX_OK && info_of(0).state == MBX_SLOT_EMPTY);

  /* What was tried, without a trial. */
  CHECK(mbx_store_raise_tried(store, header.id, 1, 5, tag) == MBX_E_STORE_STALE);
  CHECK(mbx_store_detail(store, &number) == MBX_OK && number == 6);
  CHECK(mbx_store_raise_tried(store, header.id, 1, 6, other_tag) == MBX_E_STORE_CONFLICT);
  CHECK(mbx_store_raise_tried(NULL, header.id, 1, 7, tag) == MBX_E_NULL && mbx_store_raise_tried(store, NULL, 1, 7, tag) == MBX_E_NULL);
  CHECK(mbx_store_raise_tried(store, header.id, 1, 7, NULL) == MBX_E_NULL);
  CHECK(mbx_store_raise_tried(store, header.id, 1, 7, other_tag) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_forget_tried(NULL, header.id, 1) == MBX_E_NULL && mbx_store_forget_tried(store, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_store_forget_tried(store, header.id, 1) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_forget_tried(store, header.id, 1) == MBX_E_STORE_STATE);
  for (number = 0; number < 4; number++) {
    out[0] = (uint8_t)('a' + number);
    CHECK(mbx_store_raise_tried(store, out, 1, 1, tag) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  }
  CHECK(mbx_store_raise_tried(store, header.id, 1, 1, tag) == MBX_E_STORE_IDS);
  CHECK(mbx_store_begin(store, &header, &more) == MBX_E_STORE_IDS);
  header.id = (const uint8_t *)"a";
  CHECK(mbx_store_begin(store, &header, &slot) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  header.id = (const uint8_t *)"b";
  CHECK(mbx_store_begin(store, &header, &slot) == MBX_OK && slot == 2 && mbx_store_finish(store) == MBX_OK);
  header.id = (const uint8_t *)"c";
  CHECK(mbx_store_begin(store, &header, &slot) == MBX_E_STORE_FULL);

  /* The trust record. */
  CHECK(mbx_store_trust(store, &number, &more) == MBX_EMPTY && mbx_store_trust(NULL, &number, &more) == MBX_E_NULL);
  CHECK(mbx_store_trust(store, NULL, &more) == MBX_E_NULL && mbx_store_trust(store, &number, NULL) == MBX_E_NULL);
  CHECK(mbx_store_read_trust(store, 0, out, sizeof out, &len) == MBX_OK && len == 0);
  CHECK(mbx_store_set_trust(NULL, 1, payload, 100) == MBX_E_NULL && mbx_store_set_trust(store, 1, NULL, 100) == MBX_E_NULL);
  CHECK(mbx_store_set_trust(store, 1, flash_bytes, 513) == MBX_E_STORE_RECORD);
  CHECK(mbx_store_set_trust(store, 3, payload, 100) == MBX_OK && mbx_store_finish(store) == MBX_OK);
  CHECK(mbx_store_set_trust(store, 3, payload, 100) == MBX_E_STORE_STALE);
  CHECK(mbx_store_trust(store, &number, &more) == MBX_OK && number == 3 && more == 100);
  CHECK(mbx_store_read_trust(store, 90, out, sizeof out, &len) == MBX_OK && len == 10 && out[0] == 0x42);
  CHECK(mbx_store_read_trust(NULL, 0, out, 9, &len) == MBX_E_NULL && mbx_store_read_trust(store, 0, NULL, 9, &len) == MBX_E_NULL);
  CHECK(mbx_store_read_trust(store, 0, out, 9, NULL) == MBX_E_NULL);

  /* Flash that fails ends what is under way; and whoever made a store anew has no old one. */
  CHECK(mbx_store_delete(store, 1) == MBX_OK);
  off = 1;
  CHECK(mbx_store_finish(store) == MBX_E_STORE_FLASH && mbx_store_step(store) == MBX_OK);
  CHECK(mbx_store_read(store, 2, 0, out, 8, &len) == MBX_OK && mbx_store_manifest(store, 2, 0, out, 8, &len) == MBX_E_STORE_FLASH);
  off = 0;
  /* The callbacks call what is called from them: now the other one. */
  store = NULL;
  CHECK(mbx_store_init(other_memory, sizeof other_memory, &flash, &none) == MBX_OK && mbx_store_finish(none) == MBX_OK);
  CHECK(mbx_store_init(other_memory, 8, &flash, &none) == MBX_E_SIZE && mbx_store_step(none) == MBX_OK);
  flash.base = 1000;
  CHECK(mbx_store_init(other_memory, sizeof other_memory, &flash, &none) == MBX_E_STORE_LAYOUT);
  CHECK(mbx_store_step(none) == MBX_E_OBJECT);
  flash.base = BASE;
  CHECK(met > 200);
  return done("store");
}

