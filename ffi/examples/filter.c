/* A filter: it stands in a stack below what is multihop, looks at the signal strength of what comes up, and lets nothing pass
 * that is weaker than its parameter says. It adds nothing to a packet: nobody else on the air needs to know of it. */
#include "filter.h"

static int32_t received(void *user, struct mbx_crime_call *call) {
  uint16_t rssi;
  uint32_t weakest, *counts;
  size_t count;
  (void)user;
  if (mbx_crime_call_get(call, MBX_CRIME_RSSI, &rssi) != MBX_OK ||
      mbx_crime_call_param(call, FILTER_WEAKEST, &weakest) != MBX_OK ||
      mbx_crime_call_state(call, &counts, &count) != MBX_OK)
    return MBX_CRIME_STOP;
  /* An attribute is 16 bits: this one is a number with a sign. */
  int weak = (int16_t)rssi < -(int32_t)weakest;
  counts[weak ? FILTER_DROPPED : FILTER_PASSED]++;
  return weak ? MBX_CRIME_STOP : MBX_CRIME_GO;
}

/* Smallest, largest, default. */
static const uint32_t params[] = {0, 127, 85};

const struct mbx_crime_module filter = {.size = sizeof filter,
                                        .id = FILTER_ID,
                                        .scope = MBX_CRIME_SINGLE_HOP,
                                        .needs = MBX_CRIME_DATA,
                                        .offers = MBX_CRIME_SAME,
                                        .words = 2,
                                        .param_count = 1,
                                        .params = params,
                                        .on = {[MBX_CRIME_RECV] = received}};
