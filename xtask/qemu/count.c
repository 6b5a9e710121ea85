/* Counts the instructions that a guest executes: a plugin for qemu-system-arm (plugin API version 1).
 *
 * A phase begins with the hint instruction 0xbf50 + 0x10 x phase (phases 0 to 10), which does nothing on a Cortex-M, and lasts
 * until the next one. A section goes from `mov r10, r10` to `mov r11, r11`. What lies between two `mov r12, r12` (an interrupt
 * handler) counts for neither. Distributions do not ship qemu-plugin.h, so the few functions are declared here.
 *
 *   gcc -O2 -shared -fPIC -o count.so count.c && qemu-system-arm … -plugin ./count.so,out=FILE
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t qemu_plugin_id_t;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int op, void *to, uint64_t add);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *), int flags, void *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { PHASES = 11, OPEN = 16, CLOSE, INTERRUPT };

static uint64_t now, since, in_interrupt, opened, phases[PHASES], entries[PHASES];
static int phase, interrupted, sections;
static char path[512];
static FILE *out;

/* Called before the marker itself counts. */
static void mark(unsigned cpu, void *what)
{
    intptr_t marker = (intptr_t)what;
    (void)cpu;
    if (marker == INTERRUPT) {
        if (interrupted)
            in_interrupt += now - since;
        else
            phases[phase] += now - since;
        since = now;
        interrupted = !interrupted;
    } else if (marker == OPEN) {
        opened = now - in_interrupt;
    } else if (marker == CLOSE) {
        fprintf(out, "section %d %" PRIu64 "\n", sections++, now - in_interrupt - opened);
    } else {
        phases[phase] += now - since;
        since = now;
        phase = (int)marker;
        entries[phase]++;
    }
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    for (size_t at = 0; at < qemu_plugin_tb_n_insns(block); at++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, at);
        uint16_t code;
        intptr_t marker = -1;
        memcpy(&code, qemu_plugin_insn_data(insn), sizeof code);
        if (code >= 0xbf50 && code <= 0xbff0 && (code & 15) == 0)
            marker = (code >> 4 & 15) - 5;
        else if (code == 0x46d2 || code == 0x46db || code == 0x46e4)
            marker = OPEN + (code - 0x46d2) / 9;
        if (marker >= 0)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, mark, 0, (void *)marker);
        qemu_plugin_register_vcpu_insn_exec_inline(insn, 0, &now, 1);
    }
}

static void finish(qemu_plugin_id_t id, void *nothing)
{
    (void)id, (void)nothing;
    phases[phase] += now - since;
    for (int at = 0; at < PHASES; at++)
        fprintf(out, "phase %d %" PRIu64 " %" PRIu64 "\n", at, phases[at], entries[at]);
    fprintf(out, "interrupts %" PRIu64 "\ntotal %" PRIu64 "\n", in_interrupt, now);
    fclose(out);
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
    (void)info;
    snprintf(path, sizeof path, "%s", argc > 0 && strncmp(argv[0], "out=", 4) == 0 ? argv[0] + 4 : "count.txt");
    if (!(out = fopen(path, "w")))
        return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
