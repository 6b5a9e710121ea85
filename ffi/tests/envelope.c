/* The envelope from C alone: every function, every pointer NULL once, memory and structs of a wrong size, re-entry from the
 * verifier. Argument: the folder of the containers. */
#include "containers.h"

static unsigned char envelope_bytes[MBX_ENVELOPE_SIZE(1) + 1];
static struct mbx_envelope *envelope;
static const uint8_t alarm[] = "alarm";
enum { ID = sizeof alarm - 1 };
static struct file first;

static void functions(void) {
  static uint8_t tag[MBX_TAG_BYTES];
  struct mbx_manifest manifest;
  struct mbx_place place;
  struct mbx_store_header header;
  struct mbx_key good_key;
  struct mbx_envelope *none = NULL;
  uint32_t value = 77, limit = 77, start = 77;
  size_t needed = 0, used = 77;
  uint8_t *memory = envelope_bytes + 1;
  trust();

  CHECK(mbx_envelope_size(NULL, &needed) == MBX_E_NULL && mbx_envelope_size(&config, NULL) == MBX_E_NULL);
  CHECK(mbx_envelope_size(&config, &needed) == MBX_OK && needed <= MBX_ENVELOPE_SIZE(1));
  config.key_count = SIZE_MAX;
  CHECK(mbx_envelope_size(&config, &used) == MBX_OK && used == SIZE_MAX);
  CHECK(mbx_envelope_init(memory, needed, &config, &none) == MBX_E_SIZE && none == NULL);
  config.key_count = 1;
  CHECK(mbx_envelope_init(NULL, needed, &config, &none) == MBX_E_NULL);
  CHECK(mbx_envelope_init(memory, needed, NULL, &none) == MBX_E_NULL);
  CHECK(mbx_envelope_init(memory, needed, &config, NULL) == MBX_E_NULL);
  CHECK(mbx_envelope_init(memory, needed / 2, &config, &none) == MBX_E_SIZE);
  config.size++;
  CHECK(mbx_envelope_init(memory, needed, &config, &none) == MBX_E_SIZE);
  CHECK(mbx_envelope_size(&config, &used) == MBX_E_SIZE);
  config.size--;
  config.keys = NULL;
  CHECK(mbx_envelope_init(memory, needed, &config, &none) == MBX_E_NULL);
  config.keys = &key;
  good_key = key;
#define KEY_REFUSED(change, error)                                                                                     \
  do {                                                                                                                 \
    change;                                                                                                            \
    CHECK(mbx_envelope_init(memory, needed, &config, &none) == (error));                                               \
    key = good_key;                                                                                                    \
  } while (0)
  KEY_REFUSED(key.size = 0, MBX_E_SIZE);
  KEY_REFUSED(key.id = NULL, MBX_E_NULL);
  KEY_REFUSED(key.public_key = NULL, MBX_E_NULL);
  KEY_REFUSED(key.ids_len = 1, MBX_E_NULL);
  KEY_REFUSED(key.grants_len = 1, MBX_E_NULL);
  KEY_REFUSED((key.grants = site_key, key.grants_len = 5), MBX_E_ENVELOPE_GRANTS);
  KEY_REFUSED(key.kinds = 0x101, MBX_E_ENVELOPE_KINDS);
  CHECK(none == NULL && used == SIZE_MAX);
  /* In this memory no envelope was made. */
  CHECK(mbx_envelope_begin((struct mbx_envelope *)(void *)(memory + 7), MBX_FORM_BINARY) == MBX_E_OBJECT);
  CHECK(mbx_envelope_init(memory, needed, &config, &envelope) == MBX_OK && envelope != NULL);

  /* Before there is a header. */
  memset(&manifest, 0, sizeof manifest);
  memset(&header, 0, sizeof header);
  memset(&place, 0, sizeof place);
  manifest.size = sizeof manifest;
  header.size = sizeof header;
  place.size = sizeof place;
  CHECK(mbx_envelope_manifest(envelope, &manifest) == MBX_E_FORM_INCOMPLETE && manifest.sequence == 0);
  CHECK(mbx_envelope_detail(envelope, &value, &limit) == MBX_OK && value == 1 && limit == 0);
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_FORM_INCOMPLETE);
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_E_FORM_INCOMPLETE);
  CHECK(mbx_envelope_header(envelope, &header) == MBX_E_FORM_INCOMPLETE);
  CHECK(mbx_envelope_payload(envelope, 0, site_key, 1) == MBX_E_FORM_INCOMPLETE);
  CHECK(mbx_envelope_readback_end(envelope) == MBX_E_FORM_INCOMPLETE);

  /* Byte by byte. */
  CHECK(mbx_envelope_begin(envelope, 2) == MBX_E_ENVELOPE_FORM && mbx_envelope_begin(NULL, 0) == MBX_E_NULL);
  CHECK(mbx_envelope_begin(envelope, MBX_FORM_BINARY) == MBX_OK);
  CHECK(mbx_envelope_push(envelope, NULL, 1, &used) == MBX_E_NULL);
  /* A length that was -1 once. */
  CHECK(mbx_envelope_push(envelope, first.bytes, (size_t)-1, &used) == MBX_E_SIZE);
  CHECK(mbx_envelope_push(envelope, first.bytes, 1, NULL) == MBX_E_NULL && used == SIZE_MAX);
  CHECK(mbx_envelope_push(NULL, first.bytes, 1, &used) == MBX_E_NULL);
  for (needed = 0; mbx_envelope_push(envelope, first.bytes + needed, 1, &used) == MBX_MORE; needed++) CHECK(used == 1);
  CHECK(used == 1 && mbx_envelope_push(envelope, first.bytes, 1, &used) == MBX_OK && used == 0);

  /* What it says. */
  CHECK(mbx_envelope_manifest(NULL, &manifest) == MBX_E_NULL && mbx_envelope_manifest(envelope, NULL) == MBX_E_NULL);
  manifest.size = 8;
  CHECK(mbx_envelope_manifest(envelope, &manifest) == MBX_E_SIZE);
  manifest.size = sizeof manifest;
  CHECK(mbx_envelope_manifest(envelope, &manifest) == MBX_OK && manifest.payload_at == needed + 1);
  CHECK(manifest.kind == MBX_KIND_SCRIPT && manifest.sequence == 1 && manifest.target_kind == MBX_TARGET_ANY);
  CHECK(manifest.target == NULL && manifest.target_len == 0 && manifest.encoding == 0 && manifest.command == 0);
  CHECK(manifest.id_len == ID && !memcmp(manifest.id, alarm, ID) && manifest.base == 0 && manifest.probation_s > 0);
  CHECK(manifest.key_id_len == 7 && !memcmp(manifest.key_id, "rfc8032", 7));
  CHECK(manifest.payload_len == first.len - manifest.payload_at && manifest.transmitted_len == manifest.payload_len);
  CHECK(manifest.chunks_len == 16 && manifest.permissions_len > 20 && manifest.permissions[0] >> 5 == 5);
  CHECK(manifest.sign1_len + 3 == manifest.payload_at && !memcmp(manifest.sign1, first.bytes, manifest.sign1_len));

  /* The order of checks, each of them once. */
  CHECK(mbx_envelope_check(NULL, &place) == MBX_E_NULL && mbx_envelope_check(envelope, NULL) == MBX_E_NULL);
  CHECK(mbx_envelope_verify(NULL, &place) == MBX_E_NULL && mbx_envelope_verify(envelope, NULL) == MBX_E_NULL);
  place.size = 4;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_SIZE);
  place.size = sizeof place;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_REFUSED_ID);
  place.id_len = ID;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_NULL);
  place.id = alarm;
  place.kinds = 32;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_ENVELOPE_KINDS);
  place.kinds = 2;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_REFUSED_KIND);
  CHECK(mbx_envelope_detail(envelope, &value, &limit) == MBX_OK && value == MBX_KIND_SCRIPT && limit == 0);
  place.kinds = MBX_KINDS_ALL;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_REFUSED_TOO_LONG);
  place.slot_bytes = manifest.payload_len - 1;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_REFUSED_TOO_LONG);
  CHECK(mbx_envelope_detail(envelope, &value, &limit) == MBX_OK && value == limit + 1 && limit == place.slot_bytes);
  place.slot_bytes = manifest.payload_len;
  place.device_len = 1;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_NULL);
  place.device_len = 0;
  place.class_len = 1;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_NULL);
  place.class_len = 0;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_OK);
  place.floor = 2;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_REFUSED_FLOOR);
  place.floor = 1;
  place.tried = 1;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_NULL);
  place.tried_tag = tag;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_REFUSED_SEQUENCE_USED);
  memcpy(tag, manifest.digest, sizeof tag);
  CHECK(mbx_envelope_check(envelope, &place) == MBX_REPEATED);
  place.tried = 2;
  CHECK(mbx_envelope_check(envelope, &place) == MBX_E_REFUSED_STALE);
  CHECK(mbx_envelope_detail(envelope, &value, &limit) == MBX_OK && value == 1 && limit == 2);
  CHECK(mbx_envelope_detail(NULL, &value, &limit) == MBX_E_NULL && mbx_envelope_detail(envelope, NULL, &limit) == MBX_E_NULL);
  CHECK(mbx_envelope_detail(envelope, &value, NULL) == MBX_E_NULL);

  /* Only what is verified has a header for the store, and only until something else comes. */
  CHECK(mbx_envelope_header(envelope, &header) == MBX_E_ENVELOPE_UNVERIFIED && header.id == NULL);
  CHECK(mbx_envelope_header(NULL, &header) == MBX_E_NULL && mbx_envelope_header(envelope, NULL) == MBX_E_NULL);
  place.tried = 1;
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_REPEATED);
  place.tried = 0;
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_OK);
  header.size--;
  CHECK(mbx_envelope_header(envelope, &header) == MBX_E_SIZE);
  header.size++;
  CHECK(mbx_envelope_header(envelope, &header) == MBX_OK && header.sequence == 1 && header.id_len == ID);
  CHECK(header.manifest == manifest.sign1 && header.payload_digest == manifest.payload_digest);
  place.floor = 5;
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_E_REFUSED_FLOOR);
  CHECK(mbx_envelope_header(envelope, &header) == MBX_E_ENVELOPE_UNVERIFIED);
  place.floor = 0;
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_OK && mbx_envelope_header(envelope, &header) == MBX_OK);
  CHECK(mbx_envelope_load(envelope, first.bytes, manifest.sign1_len) == MBX_OK);
  CHECK(mbx_envelope_header(envelope, &header) == MBX_E_ENVELOPE_UNVERIFIED);
  CHECK(mbx_envelope_load(NULL, first.bytes, 9) == MBX_E_NULL && mbx_envelope_load(envelope, NULL, 9) == MBX_E_NULL);
  CHECK(mbx_envelope_load(envelope, first.bytes, 9) == MBX_E_COSE_TRUNCATED);
  CHECK(mbx_envelope_load(envelope, first.bytes, manifest.sign1_len + 1) == MBX_E_COSE_TRAILING);
  CHECK(mbx_envelope_manifest(envelope, &manifest) == MBX_E_FORM_INCOMPLETE);
  CHECK(mbx_envelope_load(envelope, first.bytes, manifest.sign1_len) == MBX_OK);
  CHECK(mbx_envelope_manifest(envelope, &manifest) == MBX_OK && manifest.payload_at == needed + 1);

  /* The payload: in order, chunk by chunk, and as a whole. */
  const uint8_t *payload = first.bytes + manifest.payload_at;
  CHECK(mbx_envelope_payload(NULL, 0, payload, 1) == MBX_E_NULL && mbx_envelope_payload(envelope, 0, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_envelope_payload(envelope, 1, payload, 1) == MBX_E_ENVELOPE_OFFSET);
  CHECK(mbx_envelope_payload(envelope, 0, payload, 1025) == MBX_OK);
  CHECK(mbx_envelope_payload(envelope, 1025, payload + 1025, manifest.payload_len) == MBX_E_PAYLOAD_TOO_LONG);
  CHECK(mbx_envelope_payload(envelope, 1025, payload, manifest.payload_len - 1025) == MBX_E_PAYLOAD_CHUNK);
  CHECK(mbx_envelope_payload(envelope, 1024, payload + 1024, manifest.payload_len - 1024) == MBX_OK);
  CHECK(mbx_envelope_resume(envelope, 1000, &start) == MBX_OK && start == 0);
  CHECK(mbx_envelope_resume(envelope, 1500, &start) == MBX_OK && start == 1024);
  CHECK(mbx_envelope_resume(envelope, 1500, NULL) == MBX_E_NULL && mbx_envelope_resume(NULL, 0, &start) == MBX_E_NULL);
  CHECK(mbx_envelope_payload(envelope, 1024, payload + 1024, manifest.payload_len - 1024) == MBX_OK);
  CHECK(mbx_envelope_readback(NULL, 0, payload, 1) == MBX_E_NULL && mbx_envelope_readback(envelope, 0, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_envelope_readback(envelope, 5, payload, 5) == MBX_E_ENVELOPE_OFFSET);
  CHECK(mbx_envelope_readback(envelope, 0, payload, 500) == MBX_OK && mbx_envelope_readback_end(NULL) == MBX_E_NULL);
  CHECK(mbx_envelope_payload(envelope, 0, payload, 1) == MBX_E_ENVELOPE_OFFSET);
  CHECK(mbx_envelope_readback_end(envelope) == MBX_E_PAYLOAD_TOO_SHORT);
  CHECK(mbx_envelope_readback(envelope, 500, payload + 500, manifest.payload_len - 500) == MBX_OK);
  CHECK(mbx_envelope_readback_end(envelope) == MBX_OK);
  CHECK(mbx_envelope_readback(envelope, manifest.payload_len, payload, 1) == MBX_OK);
  CHECK(mbx_envelope_readback_end(envelope) == MBX_E_PAYLOAD_TOO_LONG);
  CHECK(mbx_envelope_readback(envelope, 0, first.bytes, manifest.payload_len) == MBX_OK);
  CHECK(mbx_envelope_readback_end(envelope) == MBX_E_PAYLOAD_DIGEST);
}

/* A verifier of the application's, which calls back. */
static int verdict, met;
static int32_t verify(void *user, const uint8_t *public_key, const uint8_t *message, size_t len, const uint8_t *signature) {
  uint32_t value = 77, limit = 77;
  CHECK(user == &verdict && public_key != NULL && signature != NULL && message != NULL && len > 64 && len < 300);
  CHECK(mbx_envelope_detail(envelope, &value, &limit) == MBX_E_BUSY && value == 77 && limit == 77);
  CHECK(mbx_envelope_begin(envelope, MBX_FORM_BINARY) == MBX_E_BUSY);
  met++;
  return verdict;
}


/* It is asked, believed, and kept out of the envelope that it is asked for. */
static void own_verifier(void) {
  struct mbx_place place;
  size_t used;
  trust();
  memset(&place, 0, sizeof place);
  place.size = sizeof place;
  place.kinds = MBX_KINDS_ALL;
  place.id = alarm;
  place.id_len = ID;
  place.slot_bytes = 4096;
  config.verify = verify;
  config.verify_user = &verdict;
  CHECK(mbx_envelope_init(envelope_bytes, sizeof envelope_bytes, &config, &envelope) == MBX_OK);
  CHECK(mbx_envelope_push(envelope, first.bytes, first.len, &used) == MBX_OK);
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_E_SIGNATURE_MISMATCH && met == 1);
  verdict = 1;
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_OK && met == 2);
  /* The guard stands before it: S beyond the order of the group. */
  first.bytes[used - 4] |= 0xf0;
  CHECK(mbx_envelope_begin(envelope, MBX_FORM_BINARY) == MBX_OK);
  CHECK(mbx_envelope_push(envelope, first.bytes, first.len, &used) == MBX_OK);
  CHECK(mbx_envelope_verify(envelope, &place) == MBX_E_SIGNATURE_S && met == 2);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  load(argv[1], "alarm-1.mbx", &first);
  functions();
  own_verifier();
  return done("envelope");
}
