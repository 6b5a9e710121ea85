/* The room around the mote: what is in it changes by itself, at the ticks of SysTick, whatever the node is doing. */
#ifndef ROOM_H
#define ROOM_H
#include <stdint.h>

enum { BRIGHTNESS, SOUND, BUTTON, LAMP, BUZZER };

/* A quiet, dark room, and ticks that tell of it. */
void room_start(void);
/* Something happens: the mote learns of it at the next tick. */
void room_change(uint16_t device, int16_t value);
/* Whether the node was told all that happened. */
int room_is_known(void);
/* What an actuator was set to. */
int16_t room_sees(uint16_t device);
/* Events that found no place at once. */
uint32_t room_lost(void);
uint32_t room_ticks(void);

#endif
