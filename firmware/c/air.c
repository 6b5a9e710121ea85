/* Both ends of the air, which loses nothing unless it is told to. The cloud answers some ticks later, with the acknowledgement. */
#include "air.h"

#include <string.h>

#include "motebox.h"
#include "os.h"

enum { BYTES = 128, CLOUD_TICKS = 60, CHANGED = 0x44, ACK = 0x60 };

static const struct os_peer operator = {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x99}, {0x16, 0x33}};
static const struct os_peer cloud = {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, {0x16, 0x33}};

struct box {
  volatile size_t len; /* 0: it is empty */
  uint8_t bytes[BYTES];
};
static struct box from_operator, to_operator, from_cloud, to_come;
static volatile uint32_t wait_ticks;
static uint32_t deaf;
volatile struct air_cloud air_cloud;

static void put(struct box *box, const uint8_t *bytes, size_t len) {
  size_t fitting = len < BYTES ? len : BYTES;
  memcpy(box->bytes, bytes, fitting);
  box->len = len;
}
static size_t take(struct box *box, uint8_t *to, size_t cap) {
  size_t len = box->len, there = len < BYTES ? len : BYTES;
  memcpy(to, box->bytes, there < cap ? there : cap);
  box->len = 0;
  return len;
}

void air_send(const uint8_t *bytes, size_t len) { put(&from_operator, bytes, len); }
size_t air_answer(uint8_t *to, size_t cap) { return take(&to_operator, to, cap); }
void air_deafen_cloud(uint32_t datagrams) { deaf = datagrams; }

size_t os_udp_receive(uint8_t *to, size_t cap, struct os_peer *from) {
  struct box *box = from_cloud.len ? &from_cloud : &from_operator;
  if (!box->len) return 0;
  *from = box == &from_cloud ? cloud : operator;
  return take(box, to, cap);
}

static void cloud_hears(const uint8_t *bytes, size_t len) {
  static const uint8_t path[] = {0xb4, 'c', 'o', 'a', 'p'};
  struct mbx_message said = {.size = sizeof said};
  uint8_t answer[12] = {ACK, CHANGED, bytes[2], bytes[3]};
  if (deaf) {
    deaf--;
    air_cloud.missed++;
    return;
  }
  if (mbx_coap_parse(bytes, len, &said) != MBX_OK || said.kind != 0 || said.token_len > 8) return;
  air_cloud.heard++;
  air_cloud.right = said.code == 2 && said.payload_len == 6 && !memcmp(said.payload, "ALARM!", 6) &&
                    !memcmp(bytes + 4 + said.token_len, path, sizeof path);
  answer[0] |= (uint8_t)said.token_len;
  memcpy(answer + 4, said.token, said.token_len);
  wait_ticks = 0;
  put(&to_come, answer, 4 + said.token_len);
  wait_ticks = CLOUD_TICKS;
}
void os_udp_send(const struct os_peer *to, const uint8_t *bytes, size_t len) {
  if (!memcmp(to, &operator, sizeof *to)) put(&to_operator, bytes, len);
  if (!memcmp(to, &cloud, sizeof *to)) cloud_hears(bytes, len);
}

int air_tick(void) {
  if (!wait_ticks || --wait_ticks) return 0;
  put(&from_cloud, to_come.bytes, to_come.len);
  air_cloud.answered++;
  return 1;
}
