/* The engine of the image `js`, from C, without a node: every function of the group `mbx_script_*` and `mbx_call_*`. Linked
 * and weighed, never run. */
#include <motebox.h>

/* Anything, from anywhere. */
extern volatile uint32_t unknown;
volatile uint32_t unknown;
static const uint8_t *volatile bytes;
#define INPUT bytes, (size_t)unknown

static unsigned char memory[1024];
static uint32_t arena[512];
static const uint8_t types[] = {MBX_TYPE_NUMBER};
static const struct mbx_native natives[] = {{.size = sizeof natives[0],
                                             .object = (const uint8_t *)"led",
                                             .object_len = 3,
                                             .name = (const uint8_t *)"write",
                                             .name_len = 5,
                                             .types = types,
                                             .type_count = 1}};

static void answer(void *user, uint16_t id, struct mbx_call *call) {
  const uint8_t *text = 0;
  size_t len = 0;
  double number = 0;
  uint32_t word = 0;
  uint16_t half = 0;
  struct mbx_value value = {.size = sizeof value, .kind = unknown, .number = unknown, .text = bytes, .text_len = 1};
  (void)user;
  unknown = (uint32_t)(mbx_call_index(call, &half) + mbx_call_count(call, &word) + mbx_call_kind(call, id, &word) +
                       mbx_call_number(call, id, &number) + mbx_call_text(call, id, &text, &len) +
                       mbx_call_host(call, id, &half, &word) + mbx_call_root(call, id, &word) +
                       mbx_call_unroot(call, word) + mbx_call_charge(call, word));
  switch (unknown) {
  case 0:
    unknown = (uint32_t)mbx_call_return(call, &value);
    break;
  case 1:
    unknown = (uint32_t)mbx_call_return_host(call, half, word);
    break;
  case 2:
    unknown = (uint32_t)mbx_call_throw(call, word, INPUT);
    break;
  default:
    unknown = (uint32_t)mbx_call_wait(call, word);
  }
}
static void dropped(void *user, uint32_t token) {
  (void)user;
  unknown = token;
}

static const struct mbx_script_config config = {.size = sizeof config,
                                                .arena = arena,
                                                .arena_len = sizeof arena,
                                                .natives = natives,
                                                .native_count = 1,
                                                .call = answer,
                                                .dropped = dropped};

int main(void) {
  struct mbx_script *script = 0;
  struct mbx_value value = {.size = sizeof value, .kind = unknown, .number = unknown, .text = bytes, .text_len = 1};
  struct mbx_memory held = {.size = sizeof held};
  uint8_t out[64];
  size_t len = 0;
  double number = 0;
  uint32_t token = 0;
  if (mbx_script_size(&config, &len) != MBX_OK ||
      mbx_script_init(memory, sizeof memory, &config, &script) != MBX_OK || mbx_script_load(script, INPUT) != MBX_OK)
    return 1;
  for (;;) {
    if (mbx_script_step(script, unknown, &token) == MBX_WAITING)
      unknown = (uint32_t)(unknown ? mbx_script_resume(script, token, &value)
                                   : mbx_script_resume_throw(script, token, unknown, INPUT));
    unknown = (uint32_t)(mbx_script_call(script, unknown, &value, 1) + mbx_script_unroot(script, unknown) +
                         mbx_script_forget(script, token) + mbx_script_abort(script) +
                         mbx_script_result(script, &token, &number) + mbx_script_text(script, out, sizeof out, &len) +
                         mbx_script_memory(script, &held));
    unknown = out[unknown & 7] + held.used_bytes;
  }
}

void mbx_panic(void) {
  for (;;) {
  }
}

void reset(void) {
  unknown = (uint32_t)main();
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {(void (*)(void))0x20040000, reset};
