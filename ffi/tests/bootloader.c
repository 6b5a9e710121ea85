/* A boot loader from C: envelope and store alone, nothing of the engine, the script API, CoAP or the node behind them. The
 * path is the one of examples/boot.c; power is cut in every program and erase of it. Argument: the folder of the containers. */
#include "../examples/boot.c"
#include "containers.h"
#include "flash.h"

static unsigned char envelope_bytes[MBX_ENVELOPE_SIZE(1) + 1], store_bytes[MBX_STORE_SIZE + 1];
static struct boot boot;
static struct mbx_envelope *envelope;
static struct mbx_store *store;
static const uint8_t alarm[] = "alarm";
enum { ID = sizeof alarm - 1 };
static struct file first, second, forged, stairs, text;

static void configure(void) {
  blank_flash();
  trust();
  boot.device = (const uint8_t *)"mote";
  boot.device_len = 4;
  boot.class_name = (const uint8_t *)"test";
  boot.class_len = 4;
  boot.payload_max = PAYLOAD_MAX;
}
/* Power comes (back): both objects are made anew, at odd addresses. */
static int32_t power_up(void) {
  int32_t rc;
  off = 0;
  envelope = NULL;
  store = NULL;
  CHECK(mbx_envelope_init(envelope_bytes + 1, sizeof envelope_bytes - 1, &config, &envelope) == MBX_OK);
  rc = mbx_store_init(store_bytes + 1, sizeof store_bytes - 1, &flash, &boot.store);
  store = boot.store;
  boot.envelope = envelope;
  if (rc == MBX_OK) CHECK(mbx_store_finish(store) == MBX_OK);
  return rc;
}

static int32_t install(const struct file *file, uint32_t form, uint32_t *slot) {
  return boot_install(&boot, alarm, ID, form, file->bytes, file->len, slot);
}
static struct mbx_slot info_of(uint32_t slot) {
  struct mbx_slot info;
  memset(&info, 0, sizeof info);
  info.size = sizeof info;
  CHECK(mbx_store_slot(store, slot, &info) == MBX_OK);
  return info;
}
/* The payload in a slot is the one of this container. */
static void holds(uint32_t slot, const struct file *file) {
  static uint8_t payload[PAYLOAD_MAX];
  size_t len = 0;
  CHECK(mbx_store_read(store, slot, 0, payload, sizeof payload, &len) == MBX_OK);
  CHECK(len > 1000 && len < file->len && len == info_of(slot).payload_len);
  CHECK(memcmp(payload, file->bytes + file->len - len, len) == 0);
  /* And where it says that it lies. */
  CHECK(memcmp(payload, flash_bytes + info_of(slot).payload_at, len) == 0);
}
static void confirm(uint32_t slot) {
  CHECK(mbx_store_confirm(store, slot) == MBX_OK && mbx_store_finish(store) == MBX_OK);
}

static void update_and_go_back(void) {
  uint32_t slot = 99, other = 99, count = 99;
  configure();
  CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_EMPTY && slot == 99);
  operations = 0;
  CHECK(install(&forged, MBX_FORM_BINARY, &slot) == MBX_E_SIGNATURE_MISMATCH && operations == 0 && slot == 99);
  CHECK(install(&stairs, MBX_FORM_BINARY, &slot) == MBX_E_REFUSED_ID && operations == 0 && slot == 99);
  CHECK(install(&first, MBX_FORM_BINARY, &slot) == MBX_OK && slot == 0 && info_of(0).state == MBX_SLOT_STORED);
  holds(slot, &first);
  CHECK(boot_choose(&boot, alarm, ID, &other) == MBX_OK && other == slot && info_of(0).state == MBX_SLOT_TRIAL);
  CHECK(mbx_store_attempts(store, slot, 1, &count) == MBX_OK && count == 1);
  CHECK(install(&first, MBX_FORM_BINARY, &slot) == MBX_REPEATED);
  confirm(slot);
  CHECK(install(&second, MBX_FORM_BINARY, &slot) == MBX_OK && slot == 1);
  CHECK(boot_choose(&boot, alarm, ID, &other) == MBX_OK && other == 1);
  /* Stale now, and stale after the next boot. */
  CHECK(install(&first, MBX_FORM_BINARY, &other) == MBX_E_REFUSED_STALE);
  CHECK(power_up() == MBX_OK && install(&first, MBX_FORM_BINARY, &other) == MBX_E_REFUSED_STALE);
  /* It resets the device four times: what was confirmed starts again. */
  CHECK(boot_choose(&boot, alarm, ID, &slot) == MBX_OK && slot == 1);
  CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_OK && slot == 1);
  CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_OK && slot == 1);
  CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_OK && slot == 0);
  CHECK(info_of(1).state == MBX_SLOT_FAILED && info_of(1).reason == RESETS && info_of(0).reason == 0);
  holds(0, &first);
  /* A key that is retired starts nothing, and nothing is lost by it. */
  key.id = (const uint8_t *)"another";
  CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_E_REFUSED_KEY);
  key.id = (const uint8_t *)"rfc8032";
  CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_OK && slot == 0);
  /* Flash that forgets is noticed; it is the last that could run. */
  flash_bytes[info_of(0).payload_at + 700] ^= 1;
  CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_EMPTY);
  CHECK(info_of(0).state == MBX_SLOT_FAILED && info_of(0).reason == DAMAGED);
}

/* The container in text form is the same one. */
static void text_form(void) {
  uint32_t slot;
  configure();
  CHECK(power_up() == MBX_OK && install(&text, MBX_FORM_BINARY, &slot) == MBX_E_COSE_NO_TAG);
  CHECK(install(&first, MBX_FORM_TEXT, &slot) == MBX_E_FORM_NO_HEADER);
  CHECK(install(&text, MBX_FORM_TEXT, &slot) == MBX_OK);
  holds(slot, &first);
}

/* Everything that an update does, with power cut in each program and erase: afterwards one of the two containers starts,
 * whole, and the update can be repeated to its end. */
static void power_cuts(void) {
  static uint8_t before[FLASH_BYTES];
  uint32_t slot, other;
  int cuts = 0, old = 0;
  configure();
  CHECK(power_up() == MBX_OK && install(&first, MBX_FORM_BINARY, &slot) == MBX_OK);
  CHECK(boot_choose(&boot, alarm, ID, &slot) == MBX_OK);
  confirm(slot);
  memcpy(before, flash_bytes, sizeof before);
  for (;; cuts++) {
    int32_t rc;
    memcpy(flash_bytes, before, sizeof before);
    CHECK(power_up() == MBX_OK);
    until_cut = cuts;
    rc = install(&second, MBX_FORM_BINARY, &slot);
    if (rc == MBX_OK) rc = boot_choose(&boot, alarm, ID, &slot);
    if (rc == MBX_OK) rc = mbx_store_confirm(store, slot);
    if (rc == MBX_OK) rc = mbx_store_finish(store);
    until_cut = -1;
    if (!off) {
      CHECK(rc == MBX_OK && slot == 1);
      break;
    }
    CHECK(rc == MBX_E_STORE_FLASH || rc == MBX_OK);
    CHECK(power_up() == MBX_OK && boot_choose(&boot, alarm, ID, &slot) == MBX_OK);
    old += slot == 0;
    holds(slot, slot == 0 ? &first : &second);
    rc = install(&second, MBX_FORM_BINARY, &other);
    CHECK(slot == 0 ? rc == MBX_OK && other == 1 : rc == MBX_REPEATED);
    CHECK(boot_choose(&boot, alarm, ID, &slot) == MBX_OK && slot == 1);
    holds(slot, &second);
  }
  /* Both ends of the range were there. */
  CHECK(cuts > 40 && old > 20 && old < cuts);
  printf("power cut in each of %d programs and erases, ", cuts);
}

/* No container that ends early or has a changed bit is taken, and none costs an erase before its signature was looked at. */
static void damage(void) {
  static struct file changed;
  struct mbx_manifest manifest;
  uint32_t slot = 0, value, limit;
  size_t i;
  configure();
  CHECK(power_up() == MBX_OK);
  CHECK(mbx_envelope_begin(envelope, MBX_FORM_BINARY) == MBX_OK);
  CHECK(mbx_envelope_push(envelope, first.bytes, first.len, &i) == MBX_OK);
  memset(&manifest, 0, sizeof manifest);
  manifest.size = sizeof manifest;
  CHECK(mbx_envelope_manifest(envelope, &manifest) == MBX_OK && manifest.payload_at == i);
  changed = first;
  operations = 0;
  for (changed.len = 0; changed.len < first.len; changed.len++) {
    int32_t rc = install(&changed, MBX_FORM_BINARY, &slot);
    CHECK(rc == (changed.len < manifest.payload_at ? MBX_E_FORM_INCOMPLETE : MBX_E_PAYLOAD_TOO_SHORT));
  }
  changed.len = first.len + 1;
  CHECK(install(&changed, MBX_FORM_BINARY, &slot) == MBX_E_PAYLOAD_TOO_LONG);
  changed.len = first.len;
  for (i = 0; i < manifest.payload_at; i++) {
    int32_t rc;
    changed.bytes[i] ^= (uint8_t)(1 << i % 8);
    rc = install(&changed, MBX_FORM_BINARY, &slot);
    CHECK(rc <= MBX_E_COSE_TRUNCATED && rc > MBX_E_PAYLOAD_CHUNK);
    CHECK(mbx_envelope_detail(envelope, &value, &limit) == MBX_OK);
    changed.bytes[i] = first.bytes[i];
  }
  CHECK(operations == 0);
  for (; i < first.len; i += 61) {
    changed.bytes[i] ^= (uint8_t)(1 << i % 8);
    CHECK(install(&changed, MBX_FORM_BINARY, &slot) == MBX_E_PAYLOAD_CHUNK);
    CHECK(mbx_envelope_detail(envelope, &value, &limit) == MBX_OK && value == (i - manifest.payload_at) / 1024);
    CHECK(info_of(slot).state == MBX_SLOT_EMPTY);
    changed.bytes[i] = first.bytes[i];
  }
  CHECK(install(&changed, MBX_FORM_BINARY, &slot) == MBX_OK);
}

/* One object is not another, whatever the pointer says. */
static void mistaken(void) {
  size_t used;
  configure();
  CHECK(power_up() == MBX_OK);
  CHECK(mbx_envelope_begin((struct mbx_envelope *)(void *)store, MBX_FORM_BINARY) == MBX_E_OBJECT);
  CHECK(mbx_store_step((struct mbx_store *)(void *)envelope) == MBX_E_OBJECT);
  /* A signature for production is nothing to a device on a desk. */
  config.development = 1;
  CHECK(power_up() == MBX_OK && install(&first, MBX_FORM_BINARY, &(uint32_t){0}) == MBX_E_SIGNATURE_MISMATCH);
  config.development = 0;
  CHECK(mbx_envelope_push(envelope, NULL, 0, &used) == MBX_OK && used == 0);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  load(argv[1], "alarm-1.mbx", &first);
  load(argv[1], "alarm-2.mbx", &second);
  load(argv[1], "forged.mbx", &forged);
  load(argv[1], "stairs-1.mbx", &stairs);
  load(argv[1], "alarm-1.js", &text);
  update_and_go_back();
  text_form();
  power_cuts();
  damage();
  mistaken();
  return done("bootloader");
}
