/* "Check a signed file and store it", power-cut safe, and "what do I start?": all that a boot loader does with a container, by
 * mbx_envelope_ and mbx_store_ alone. The payload may be anything. */
#include "boot.h"

/* Why a container failed, and what an attempt is: docs/spec/lifecycle.md, section 3. */
enum { RESETS = 4, DAMAGED = 7, NOT_ANY_MORE = 9, A_START = 1, STARTS = 4 };

static void place_of(const struct boot *boot, const uint8_t *id, size_t id_len, struct mbx_place *place) {
  static const struct mbx_place nothing;
  *place = nothing;
  place->size = sizeof *place;
  place->kinds = 1 << (MBX_KIND_SCRIPT - 1);
  place->id = id;
  place->id_len = id_len;
  place->device = boot->device;
  place->device_len = boot->device_len;
  place->class_name = boot->class_name;
  place->class_len = boot->class_len;
  place->slot_bytes = boot->payload_max;
}

/* Reads back what lies in a slot: 0 when it is what the header in the envelope says. */
static int32_t read_back(const struct boot *boot, uint32_t slot) {
  uint8_t piece[64];
  uint32_t offset = 0;
  size_t len;
  do {
    int32_t rc = mbx_store_read(boot->store, slot, offset, piece, sizeof piece, &len);
    if (rc != MBX_OK) return rc;
    rc = mbx_envelope_readback(boot->envelope, offset, piece, len);
    if (rc != MBX_OK) return rc;
    offset += (uint32_t)len;
  } while (len == sizeof piece);
  return mbx_envelope_readback_end(boot->envelope);
}

/* Whether a reception of this very container was cut: then it goes on in that slot. */
static int is_on_its_way(const struct boot *boot, const struct mbx_store_header *header, uint32_t *slot) {
  uint8_t known[MBX_SIGN1_BYTES];
  uint32_t pair;
  size_t len, i;
  if (mbx_store_find(boot->store, header->id, header->id_len, &pair) != MBX_OK) return 0;
  if (mbx_store_newest(boot->store, pair, MBX_SLOT_RECEIVING, slot) != MBX_OK) return 0;
  if (mbx_store_manifest(boot->store, *slot, 0, known, sizeof known, &len) != MBX_OK) return 0;
  if (len != header->manifest_len) return 0;
  for (i = 0; i < len; i++) {
    if (known[i] != header->manifest[i]) return 0;
  }
  return 1;
}

/* Writes the payload, from where the store wants it on. */
static int32_t write_payload(const struct boot *boot, uint32_t pair, const uint8_t *payload, uint32_t len) {
  uint32_t at = 0, start, piece = 0;
  size_t taken;
  int32_t rc = MBX_REWOUND;
  for (;;) {
    if (rc == MBX_REWOUND) {
      /* At the beginning, and where a power cut had left something else: what is there counts for its chunk's digest. */
      rc = mbx_store_offset(boot->store, pair, &at);
      if (rc == MBX_OK) rc = mbx_envelope_resume(boot->envelope, at, &start);
      if (rc == MBX_OK) rc = mbx_envelope_payload(boot->envelope, start, payload + start, at - start);
      piece = 0;
    }
    if (rc == MBX_OK && piece == 0) {
      if (at == len) return MBX_OK;
      /* Compared before it is stored. */
      piece = len - at < 256 ? len - at : 256;
      rc = mbx_envelope_payload(boot->envelope, at, payload + at, piece);
    }
    if (rc == MBX_OK) rc = mbx_store_write(boot->store, pair, at, payload + at, piece, &taken);
    if (rc == MBX_OK) {
      at += (uint32_t)taken;
      piece -= (uint32_t)taken;
    } else if (rc != MBX_REWOUND) {
      return rc;
    }
  }
}

int32_t boot_install(const struct boot *boot, const uint8_t *id, size_t id_len, uint32_t form, const uint8_t *file,
                     size_t len, uint32_t *slot) {
  struct mbx_place place;
  struct mbx_store_header header;
  uint8_t tag[MBX_TAG_BYTES];
  size_t used = 0;
  int32_t rc;

  place_of(boot, id, id_len, &place);
  rc = mbx_store_tried(boot->store, id, id_len, &place.tried, tag);
  if (rc < 0) return rc;
  place.tried_tag = tag;

  /* Nothing is erased before the signature is verified. */
  rc = mbx_envelope_begin(boot->envelope, form);
  if (rc == MBX_OK) rc = mbx_envelope_push(boot->envelope, file, len, &used);
  if (rc == MBX_MORE) return MBX_E_FORM_INCOMPLETE;
  if (rc == MBX_OK) rc = mbx_envelope_verify(boot->envelope, &place);
  if (rc != MBX_OK) return rc;
  header.size = sizeof header;
  rc = mbx_envelope_header(boot->envelope, &header);
  if (rc != MBX_OK) return rc;
  if (len - used > header.payload_len) return MBX_E_PAYLOAD_TOO_LONG;
  if (len - used < header.payload_len) return MBX_E_PAYLOAD_TOO_SHORT;

  if (!is_on_its_way(boot, &header, slot)) {
    rc = mbx_store_begin(boot->store, &header, slot);
    if (rc == MBX_OK) rc = mbx_store_finish(boot->store);
  }
  if (rc == MBX_OK) rc = write_payload(boot, *slot / 2, file + used, header.payload_len);
  if (rc == MBX_OK) rc = read_back(boot, *slot);
  if (rc == MBX_OK) rc = mbx_store_commit(boot->store, *slot / 2);
  if (rc == MBX_OK) return mbx_store_finish(boot->store);
  /* A payload that is not the signed one costs its slot, and nothing else. */
  if (rc <= MBX_E_COSE_TRUNCATED && mbx_store_abandon(boot->store, *slot / 2) == MBX_OK) mbx_store_finish(boot->store);
  return rc;
}

/* Whether the container in a slot may start. When it may not, and never will, *reason says why. */
static int32_t check_slot(const struct boot *boot, const uint8_t *id, size_t id_len, uint32_t slot, uint8_t state,
                          uint8_t *reason) {
  uint8_t sign1[MBX_SIGN1_BYTES];
  struct mbx_manifest manifest;
  struct mbx_place place;
  uint32_t starts;
  size_t len;
  int32_t rc;
  place_of(boot, id, id_len, &place);
  rc = mbx_store_manifest(boot->store, slot, 0, sign1, sizeof sign1, &len);
  if (rc != MBX_OK) return rc;
  *reason = DAMAGED;
  rc = mbx_envelope_load(boot->envelope, sign1, len);
  if (rc != MBX_OK) return rc;
  /* Its signature was verified before it was stored. A key may have been retired since: what was confirmed stays then, for
   * the day when the key comes back. */
  *reason = state == MBX_SLOT_CONFIRMED ? 0 : NOT_ANY_MORE;
  rc = mbx_envelope_check(boot->envelope, &place);
  if (rc != MBX_OK) return rc;
  *reason = DAMAGED;
  rc = read_back(boot, slot);
  if (rc != MBX_OK || state == MBX_SLOT_CONFIRMED) return rc;
  if (state == MBX_SLOT_STORED) {
    manifest.size = sizeof manifest;
    rc = mbx_envelope_manifest(boot->envelope, &manifest);
    *reason = NOT_ANY_MORE;
    if (rc == MBX_OK) rc = mbx_store_start_trial(boot->store, slot, manifest.digest);
    if (rc == MBX_OK) rc = mbx_store_finish(boot->store);
    if (rc != MBX_OK) return rc;
  }
  /* Counted before it starts: a container that resets the device cannot do so for ever. */
  *reason = RESETS;
  rc = mbx_store_attempts(boot->store, slot, A_START, &starts);
  if (rc == MBX_OK && starts >= STARTS) return MBX_E_STORE_ATTEMPTS;
  if (rc == MBX_OK) rc = mbx_store_attempt(boot->store, slot, A_START);
  return rc == MBX_OK ? mbx_store_finish(boot->store) : rc;
}

int32_t boot_choose(const struct boot *boot, const uint8_t *id, size_t id_len, uint32_t *slot) {
  struct mbx_slot info;
  uint32_t pair;
  int32_t rc = mbx_store_find(boot->store, id, id_len, &pair);
  while (rc == MBX_OK) {
    uint8_t reason = 0;
    rc = mbx_store_boot(boot->store, pair, slot);
    if (rc != MBX_OK) return rc;
    info.size = sizeof info;
    rc = mbx_store_slot(boot->store, *slot, &info);
    if (rc != MBX_OK) return rc;
    rc = check_slot(boot, id, id_len, *slot, info.state, &reason);
    /* Flash that cannot be read is nothing that a container has done. */
    if (rc == MBX_OK || rc == MBX_E_STORE_FLASH || reason == 0) return rc;
    rc = mbx_store_fail(boot->store, *slot, reason);
    if (rc == MBX_OK) rc = mbx_store_finish(boot->store);
  }
  return rc;
}
