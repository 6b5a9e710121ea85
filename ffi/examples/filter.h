/* A module of the network in C: packets that came in too weak go no further. See filter.c. */
#ifndef FILTER_H
#define FILTER_H
#include "motebox.h"

/* Its registry id. */
#define FILTER_ID MBX_CRIME_OWN_ID
/* Its parameter: the weakest signal let pass, as minus dBm (85 is -85 dBm); 0 to 127, 85 when none is given. */
#define FILTER_WEAKEST 0
/* Words of its state, for mbx_crime_state: packets that were dropped, packets that were let pass. */
#define FILTER_DROPPED 0
#define FILTER_PASSED 1

/* For mbx_crime_config: it may stand anywhere between the channel and the application. */
extern const struct mbx_crime_module filter;

#endif
