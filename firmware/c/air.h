/* The network: an operator who asks, a cloud that is asked, and nobody else. Datagrams lie in one mailbox for each. */
#ifndef AIR_H
#define AIR_H
#include <stddef.h>
#include <stdint.h>

/* The operator sends a datagram to the mote. */
void air_send(const uint8_t *bytes, size_t len);
/* What the mote answered, once: its length, 0 for nothing yet. */
size_t air_answer(uint8_t *to, size_t cap);
/* The cloud is deaf to so many datagrams that come. */
void air_deafen_cloud(uint32_t datagrams);

struct air_cloud {
  uint32_t heard, missed, answered; /* datagrams */
  int right;                        /* the newest one says ALARM! to the right place */
};
extern volatile struct air_cloud air_cloud;

/* From SysTick: whether a datagram came in with this tick. */
int air_tick(void);

#endif
