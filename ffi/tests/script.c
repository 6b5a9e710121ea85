/* The engine alone: scripts with functions in C, calls that wait, fuel, and what is refused. */
#include "check.h"

static struct mbx_script *script;
static uint32_t kept;
static char printed[64];
static const uint8_t *in_the_arena;
static uint32_t dropped_token;
static struct mbx_script_config config;
static unsigned char *memory;
static size_t needed;

/* In a call: every pointer once NULL, a struct of a wrong size. Nothing is answered, nothing is written. */
static void refuse_in(struct mbx_call *call) {
  uint32_t number = 77;
  uint16_t small = 77;
  double real = 77;
  const uint8_t *text = NULL;
  size_t len = 77;
  struct mbx_value value;
  memset(&value, 0, sizeof value);
  CHECK(mbx_call_return(call, &value) == MBX_E_SIZE && mbx_call_return(call, NULL) == MBX_E_NULL);
  value.size = sizeof value;
  CHECK(mbx_call_return(NULL, &value) == MBX_E_NULL);
  value.kind = MBX_TEXT;
  value.text = NULL;
  value.text_len = 1;
  CHECK(mbx_call_return(call, &value) == MBX_E_NULL);
  value.kind = MBX_NULL;
  CHECK(mbx_call_return(call, &value) == MBX_E_SCRIPT_KIND);
  CHECK(mbx_call_count(NULL, &number) == MBX_E_NULL && mbx_call_count(call, NULL) == MBX_E_NULL);
  CHECK(mbx_call_index(NULL, &small) == MBX_E_NULL && mbx_call_index(call, NULL) == MBX_E_NULL);
  CHECK(mbx_call_kind(NULL, 0, &number) == MBX_E_NULL && mbx_call_kind(call, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_call_number(NULL, 0, &real) == MBX_E_NULL && mbx_call_number(call, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_call_text(NULL, 0, &text, &len) == MBX_E_NULL);
  CHECK(mbx_call_text(call, 0, NULL, &len) == MBX_E_NULL && mbx_call_text(call, 0, &text, NULL) == MBX_E_NULL);
  CHECK(mbx_call_host(NULL, MBX_THIS, &small, &number) == MBX_E_NULL);
  CHECK(mbx_call_host(call, MBX_THIS, NULL, &number) == MBX_E_NULL);
  CHECK(mbx_call_host(call, MBX_THIS, &small, NULL) == MBX_E_NULL);
  CHECK(mbx_call_root(NULL, 0, &number) == MBX_E_NULL && mbx_call_root(call, 0, NULL) == MBX_E_NULL);
  CHECK(mbx_call_unroot(NULL, 0) == MBX_E_NULL && mbx_call_charge(NULL, 1) == MBX_E_NULL);
  CHECK(mbx_call_return_host(NULL, 1, 9) == MBX_E_NULL && mbx_call_wait(NULL, 1) == MBX_E_NULL);
  CHECK(mbx_call_throw(NULL, MBX_ERROR, BYTES("x")) == MBX_E_NULL);
  CHECK(mbx_call_throw(call, MBX_ERROR, NULL, 1) == MBX_E_NULL);
  CHECK(number == 77 && small == 77 && real == 77 && text == NULL && len == 77);
}

/* Outside of calls. */
static void refuse(uint32_t root) {
  uint32_t number = 77;
  uint8_t text[8] = {77};
  size_t len = 77;
  double real = 77;
  struct mbx_value value;
  struct mbx_memory figures;
  memset(&value, 0, sizeof value);
  memset(&figures, 0, sizeof figures);
  figures.size = sizeof figures;
  CHECK(mbx_script_call(script, root, &value, 1) == MBX_E_SIZE && mbx_script_resume(script, 41, &value) == MBX_E_SIZE);
  value.size = sizeof value;
  value.kind = MBX_FUNCTION;
  CHECK(mbx_script_call(script, root, &value, 1) == MBX_E_SCRIPT_KIND);
  CHECK(mbx_script_call(script, root, &value, 5) == MBX_E_SCRIPT_ARGUMENT);
  CHECK(mbx_script_call(NULL, root, NULL, 0) == MBX_E_NULL && mbx_script_call(script, root, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_script_resume(NULL, 41, &value) == MBX_E_NULL && mbx_script_resume(script, 41, NULL) == MBX_E_NULL);
  CHECK(mbx_script_resume_throw(NULL, 41, MBX_ERROR, BYTES("x")) == MBX_E_NULL);
  CHECK(mbx_script_resume_throw(script, 41, MBX_ERROR, NULL, 1) == MBX_E_NULL);
  CHECK(mbx_script_resume_throw(script, 41, 3, BYTES("x")) == MBX_E_SCRIPT_KIND);
  CHECK(mbx_script_step(NULL, 1, &number) == MBX_E_NULL && mbx_script_step(script, 1, NULL) == MBX_E_NULL);
  CHECK(mbx_script_abort(NULL) == MBX_E_NULL && mbx_script_forget(NULL, 41) == MBX_E_NULL);
  CHECK(mbx_script_unroot(NULL, root) == MBX_E_NULL);
  CHECK(mbx_script_result(NULL, &number, &real) == MBX_E_NULL && mbx_script_result(script, NULL, &real) == MBX_E_NULL);
  CHECK(mbx_script_result(script, &number, NULL) == MBX_E_NULL);
  CHECK(mbx_script_text(NULL, text, sizeof text, &len) == MBX_E_NULL);
  CHECK(mbx_script_text(script, NULL, sizeof text, &len) == MBX_E_NULL);
  CHECK(mbx_script_text(script, text, sizeof text, NULL) == MBX_E_NULL);
  CHECK(mbx_script_memory(NULL, &figures) == MBX_E_NULL && mbx_script_memory(script, NULL) == MBX_E_NULL);
  CHECK(number == 77 && real == 77 && len == 77 && text[0] == 77 && figures.arena_bytes == 0);
}

/* print(text), later(token), keep(f), pair(): the ids of the table below. */
static void call(void *user, uint16_t id, struct mbx_call *call) {
  uint32_t count = 0, kind = 0;
  uint16_t index = 9;
  double number = 0;
  const uint8_t *text = NULL;
  size_t len = 0;
  struct mbx_value value;
  memset(&value, 0, sizeof value);
  value.size = sizeof value;
  CHECK(user == &script);
  CHECK(mbx_call_count(call, &count) == MBX_OK && mbx_call_index(call, &index) == MBX_OK && index == 0);
  refuse_in(call);
  /* Back into the script that this is called from. */
  CHECK(mbx_script_abort(script) == MBX_E_BUSY);
  CHECK(mbx_script_step(script, 1, &kind) == MBX_E_BUSY && kind == 0);
  switch (id) {
  case 1:
    CHECK(mbx_call_kind(call, 0, &kind) == MBX_OK && kind == MBX_TEXT);
    CHECK(mbx_call_text(call, 0, &text, &len) == MBX_OK && len < sizeof printed);
    memcpy(printed, text, len);
    printed[len] = 0;
    CHECK(mbx_call_charge(call, 10) == MBX_OK);
    if (!strcmp(printed, "hello 3")) {
      /* Made by the script, so it lies where things move when a string is made: it is not taken back from there. */
      in_the_arena = text;
      value.kind = MBX_TEXT;
      value.text = text;
      value.text_len = len;
      CHECK(mbx_call_return(call, &value) == MBX_E_SCRIPT_ALIAS);
      CHECK(mbx_call_throw(call, MBX_ERROR, text, len) == MBX_E_SCRIPT_ALIAS);
      value.text = (const uint8_t *)printed;
      CHECK(mbx_call_return(call, &value) == MBX_OK);
    }
    value.kind = MBX_NUMBER;
    value.number = (double)len;
    CHECK(mbx_call_return(call, &value) == MBX_OK);
    break;
  case 2:
    CHECK(mbx_call_number(call, 0, &number) == MBX_OK);
    CHECK(mbx_call_wait(call, (uint32_t)number) == MBX_OK);
    break;
  case 3:
    CHECK(mbx_call_root(call, 0, &kept) == MBX_OK);
    break;
  case 5: /* An object of ours: class 1, with a number in it. */
    CHECK(mbx_call_return_host(call, 40, 9) == MBX_E_SCRIPT_KIND);
    CHECK(mbx_call_return_host(call, 1, 9) == MBX_OK);
    break;
  case 6: { /* Its method. */
    uint16_t class_id = 0;
    uint32_t payload = 0;
    CHECK(mbx_call_host(call, MBX_THIS, &class_id, &payload) == MBX_OK && class_id == 1 && payload == 9);
    CHECK(mbx_call_host(call, 0, &class_id, &payload) == MBX_E_SCRIPT_ARGUMENT);
    value.kind = MBX_NUMBER;
    value.number = payload + 1;
    CHECK(mbx_call_return(call, &value) == MBX_OK);
    break;
  }
  case 7: { /* A function that is kept for a moment. */
    uint32_t root = 0;
    CHECK(mbx_call_root(call, 0, &root) == MBX_OK && mbx_call_unroot(call, root) == MBX_OK);
    break;
  }
  default:
    CHECK(mbx_call_throw(call, MBX_RANGE_ERROR, BYTES("from C")) == MBX_OK);
    CHECK(mbx_call_throw(call, 77, BYTES("x")) == MBX_E_SCRIPT_KIND);
  }
}
static void dropped(void *user, uint32_t token) {
  CHECK(user == &script);
  dropped_token = token;
}

static int32_t finish(uint32_t *token) {
  int32_t step;
  int cuts = 0;
  while ((step = mbx_script_step(script, 50, token)) == MBX_MORE) CHECK(++cuts < 100000);
  return step;
}
/* A text has an engine of its own. */
static void anew(void) {
  script = NULL;
  CHECK(mbx_script_init(memory + 1, needed, &config, &script) == MBX_OK && script != NULL);
}
static int32_t run(const char *text) {
  uint32_t token = 0;
  anew();
  CHECK(mbx_script_load(script, (const uint8_t *)text, strlen(text)) == MBX_OK);
  return finish(&token);
}

int main(void) {
  static const uint8_t types[] = {MBX_TYPE_TEXT};
  static const char *names[] = {"shout", "later", "keep", "fail", "thing", "more", "glance"};
  struct mbx_native natives[7];
  static unsigned char arena[6000];
  uint32_t token = 0, kind = 0;
  uint8_t text[80];
  size_t len = 0;
  double number = 0;
  memset(natives, 0, sizeof natives);
  for (int i = 0; i < 7; i++) {
    natives[i].size = sizeof natives[i];
    natives[i].kind = MBX_NATIVE_FUNCTION;
    natives[i].name = (const uint8_t *)names[i];
    natives[i].name_len = strlen(names[i]);
    natives[i].id = (uint16_t)(i + 1);
    natives[i].rest = MBX_TYPE_ANY;
  }
  natives[5].class_id = 1;
  natives[0].types = types;
  natives[0].type_count = 1;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.arena = arena + 1;
  config.arena_len = sizeof arena - 1;
  config.natives = natives;
  config.native_count = 7;
  config.call = call;
  config.dropped = dropped;
  config.user = &script;

  CHECK(mbx_script_size(&config, &needed) == MBX_OK && needed > 0);
  CHECK(mbx_script_size(NULL, &needed) == MBX_E_NULL && mbx_script_size(&config, NULL) == MBX_E_NULL);
  memory = (unsigned char *)malloc(needed + 1);
  CHECK(mbx_script_init(memory, 16, &config, &script) == MBX_E_SIZE);
  CHECK(mbx_script_init(NULL, needed, &config, &script) == MBX_E_NULL);
  CHECK(mbx_script_init(memory, needed, NULL, &script) == MBX_E_NULL);
  CHECK(mbx_script_init(memory, needed, &config, NULL) == MBX_E_NULL);
  config.arena_len = 40;
  CHECK(mbx_script_init(memory, needed, &config, &script) == MBX_E_JS_ARENA);
  config.arena_len = sizeof arena - 1;
  config.size--;
  CHECK(mbx_script_init(memory, needed, &config, &script) == MBX_E_SIZE);
  config.size++;
  config.arena = NULL;
  CHECK(mbx_script_init(memory, needed, &config, &script) == MBX_E_NULL);
  config.arena = arena + 1;
  config.natives = NULL;
  CHECK(mbx_script_size(&config, &len) == MBX_E_NULL);
  CHECK(mbx_script_init(memory, needed, &config, &script) == MBX_E_NULL);
  config.natives = natives;
  config.call = NULL;
  CHECK(mbx_script_init(memory, needed, &config, &script) == MBX_E_NULL);
  config.call = call;
  struct mbx_native good = natives[0];
#define NATIVE_REFUSED(change, error)                                                                                  \
  do {                                                                                                                 \
    change;                                                                                                            \
    CHECK(mbx_script_init(memory, needed, &config, &script) == (error));                                               \
    natives[0] = good;                                                                                                 \
  } while (0)
  NATIVE_REFUSED(natives[0].size++, MBX_E_SIZE);
  NATIVE_REFUSED(natives[0].name = NULL, MBX_E_NULL);
  NATIVE_REFUSED(natives[0].types = NULL, MBX_E_NULL);
  NATIVE_REFUSED(natives[0].object_len = 1, MBX_E_NULL);
  NATIVE_REFUSED(natives[0].name_len = 0, MBX_E_SCRIPT_NAME);
  NATIVE_REFUSED(natives[0].kind = 3, MBX_E_SCRIPT_KIND);
  CHECK(script == NULL && len == 0);
  anew();
  CHECK(mbx_script_step(script, 10, &token) == MBX_IDLE);

  CHECK(run("var n = shout('hello ' + 3); keep(function (a) { return a * 2 + n; }); n") == MBX_OK);
  CHECK(strcmp(printed, "hello 3") == 0);
  struct mbx_value two;
  memset(&two, 0, sizeof two);
  two.size = sizeof two;
  two.kind = MBX_NUMBER;
  two.number = 2;
  struct mbx_value foreign = two;
  foreign.kind = MBX_TEXT;
  foreign.text = in_the_arena;
  foreign.text_len = 7;
  CHECK(in_the_arena != NULL && mbx_script_call(script, kept, &foreign, 1) == MBX_E_SCRIPT_ALIAS);
  /* Up to its very ends, and nothing beyond them. */
  foreign.text = arena + sizeof arena - 4;
  foreign.text_len = 1;
  CHECK(mbx_script_call(script, kept, &foreign, 1) == MBX_E_SCRIPT_ALIAS);
  foreign.text_len = 0;
  CHECK(mbx_script_call(script, kept, &foreign, 1) == MBX_OK && mbx_script_abort(script) == MBX_OK);
  refuse(kept);
  CHECK(mbx_script_call(script, kept, &two, 1) == MBX_OK);
  CHECK(finish(&token) == MBX_OK);
  CHECK(mbx_script_result(script, &kind, &number) == MBX_OK && kind == MBX_NUMBER && number == 11);
  CHECK(mbx_script_unroot(script, kept) == MBX_OK);
  CHECK(mbx_script_call(script, kept, NULL, 0) == MBX_E_JS_ROOT);

  CHECK(run("try { fail(); } catch (e) { shout(e.name + ': ' + e.message); }") == MBX_OK);
  CHECK(strcmp(printed, "RangeError: from C") == 0);

  CHECK(run("glance(function () {}); shout('thing ' + thing().more(2))") == MBX_OK);
  CHECK(strcmp(printed, "thing 10") == 0);

  /* A call that waits: another job runs meanwhile, then the first one goes on. */
  CHECK(run("keep(function () { shout('between'); }); shout('got ' + later(41))") == MBX_WAITING);
  CHECK(mbx_script_call(script, kept, NULL, 0) == MBX_OK && finish(&token) == MBX_OK);
  CHECK(strcmp(printed, "between") == 0);
  struct mbx_value answer = two;
  answer.kind = MBX_TEXT;
  answer.text = (const uint8_t *)"it";
  answer.text_len = 2;
  CHECK(mbx_script_resume(script, 40, &answer) == MBX_E_JS_TOKEN);
  foreign.text = in_the_arena;
  foreign.text_len = 7;
  CHECK(mbx_script_resume(script, 41, &foreign) == MBX_E_SCRIPT_ALIAS);
  CHECK(mbx_script_resume_throw(script, 41, MBX_ERROR, in_the_arena, 7) == MBX_E_SCRIPT_ALIAS);
  CHECK(mbx_script_resume(script, 41, &answer) == MBX_OK);
  CHECK(finish(&token) == MBX_OK && strcmp(printed, "got it") == 0);
  CHECK(run("try { later(5) } catch (e) { shout(e.message) }") == MBX_WAITING);
  CHECK(mbx_script_resume_throw(script, 5, MBX_ERROR, BYTES("too late")) == MBX_OK);
  CHECK(finish(&token) == MBX_OK && strcmp(printed, "too late") == 0);
  CHECK(run("later(6)") == MBX_WAITING);
  CHECK(mbx_script_forget(script, 6) == MBX_OK && mbx_script_resume(script, 6, &answer) == MBX_E_JS_TOKEN);

  CHECK(run("null.x") == MBX_THREW);
  CHECK(mbx_script_text(script, text, sizeof text, &len) == MBX_OK && len > 9 && !memcmp(text, "TypeError", 9));
  CHECK(run("(((((") == MBX_THREW);
  CHECK(mbx_script_text(script, text, sizeof text, &len) == MBX_OK && !memcmp(text, "SyntaxError", 11));
  CHECK(run("var a = []; for (;;) a.push('more and more ' + a.length)") == MBX_THREW);
  CHECK(mbx_script_load(script, BYTES("another text")) == MBX_E_SCRIPT_TEXT);
  anew();
  CHECK(mbx_script_load(script, BYTES("for (;;);")) == MBX_OK);
  CHECK(mbx_script_step(script, 1000, &token) == MBX_MORE);
  CHECK(mbx_script_abort(script) == MBX_OK && mbx_script_step(script, 1000, &token) == MBX_IDLE);

  struct mbx_memory figures;
  memset(&figures, 0, sizeof figures);
  CHECK(mbx_script_memory(script, &figures) == MBX_E_SIZE);
  figures.size = sizeof figures;
  CHECK(mbx_script_memory(script, &figures) == MBX_OK && figures.arena_bytes > 0);
  CHECK(mbx_script_load(NULL, BYTES("1")) == MBX_E_NULL && mbx_script_load(script, NULL, 5) == MBX_E_NULL);
  free(memory);
  return done("script");
}
