/* Measures from outside of the port: the linker puts probe.c around the calls of the node (--wrap). The same phases as
 * firmware/rust/src/probe.rs, where they are explained. */
#ifndef PROBE_H
#define PROBE_H
#include <stdint.h>

enum phase {
  SCENARIO, BOOT, POLL, UPLOAD, VERIFY, START, COMPILE, RUN, EVENT, TIMER, REQUEST, PHASES
};

/* What polls count for, and what datagrams count for with the polls that they wait for. */
extern enum phase probe_polls, probe_datagrams;
/* What polls count for from the next event on; SCENARIO: no other than now. */
extern enum phase probe_on_event;
/* Events that the node was handed. */
extern uint32_t probe_events;

/* Stands at the begin and at the end of an interrupt handler. */
#define PROBE_INTERRUPT() __asm__ volatile("mov r12, r12")

/* Prints how deep the stack was in each phase. */
void probe_report(void);

#endif
