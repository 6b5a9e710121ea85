// Text that becomes code while a script runs. It sees the global object only.

// [feature = "eval"]
function EVAL(text) {
  return typeof text === "string" ? %call(%call(COMPILE, undefined, text), %call(THE_GLOBAL, undefined)) : text;
}
// [feature = "eval"]
function FUNCTION() {
  var s = "", last = arguments.length - 1, i;
  for (i = 0; i < last; i++) s += (i ? "," : "") + %string(arguments[i]);
  s = %call(COMPILE, undefined, "(function anonymous(" + s + "\n) {\n" + (last < 0 ? "" : %string(arguments[last])) + "\n})");
  return %call(%call(FUNCTION_OF, undefined, s), %call(THE_GLOBAL, undefined));
}
