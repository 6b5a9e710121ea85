/* The operator: a CoAP client that uploads the containers of the host's files block by block, and reads status and log. */
#ifndef OPERATOR_H
#define OPERATOR_H
#include <stdint.h>

#include "probe.h"

enum { CREATED = 0x41, CHANGED = 0x44, CONTENT = 0x45, CONTINUE = 0x5f, FORBIDDEN = 0x83, ALL_BLOCKS = -1 };

/* Message ids begin with the boot's number: the mote remembers requests, the operator is not reset with it. */
void operator_start(uint32_t boots);
/* GET, all blocks of it, as text. The answer's code; 0 for none. */
uint8_t operator_get(const char *path);
/* PUT without a body to a script's handler; what it costs counts for `phase`. */
uint8_t operator_put(const char *path, enum phase phase);
/* Uploads a container from a file, in blocks of 64 bytes, `blocks` of them at most. The code of the last answer; polls behind
 * it count for `phase`. */
uint8_t operator_upload(const char *path, const char *file, int32_t blocks, enum phase phase);

/* Whether the newest body has this text somewhere, or ends with it. */
int operator_says(const char *text);
int operator_says_last(const char *text);
/* The number behind `name` and a blank, on the line of a status that begins so; -1 for none. */
int32_t operator_number(const char *name);

#endif
