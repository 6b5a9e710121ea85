/* The port, as the product's main program calls it. All but the two functions for interrupts belong to one thread. */
#ifndef PORT_H
#define PORT_H
#include <stddef.h>
#include <stdint.h>

#include "motebox.h"

/* Makes the node in `memory`: MBX_OK or an error. `config` says what the product decides: name, keys, arenas. */
int32_t port_start(void *memory, size_t len, struct mbx_node_config *config);
/* Microseconds since the start, give or take what the counter showed then. */
uint64_t port_now(void);
/* Goes through the loop once; when to do it again at the latest. */
uint64_t port_turn(void);
/* Hands over what interrupts have posted; sleeps first, until then or the next interrupt, when there is nothing. */
void port_sleep(uint64_t until);

/* From interrupts: a device has a new value; a datagram came in. Not 0: the queue is full, try again. */
int32_t port_device_changed(uint16_t device);
int32_t port_received(void);

#endif
