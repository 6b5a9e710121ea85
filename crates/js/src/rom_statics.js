// What ES6 and its successors added to Object and Number, beside what the engine has anyway.

// [feature = "statics"]
function ASSIGN(to) {
  var i, k, from, keys;
  to = %toObject(to);
  for (i = 1; i < arguments.length; i++) {
    from = arguments[i];
    if (from !== undefined && from !== null) {
      from = %toObject(from);
      keys = %call(GET_OWN_PROPERTY_NAMES, undefined, from);
      for (k of keys) if (%call(PROPERTY_IS_ENUMERABLE, from, k)) to[k] = from[k];
    }
  }
  return to;
}
// [feature = "statics"]
function OWN_VALUES(o, pairs) {
  var r = [], k, keys;
  o = %toObject(o);
  keys = %call(GET_OWN_PROPERTY_NAMES, undefined, o);
  for (k of keys) if (%call(PROPERTY_IS_ENUMERABLE, o, k)) %append(r, r.length, pairs ? [k, o[k]] : o[k]);
  return r;
}
// [feature = "statics"]
function ENTRIES(o) {
  return %call(OWN_VALUES, undefined, o, true);
}
// [feature = "statics"]
function VALUES(o) {
  return %call(OWN_VALUES, undefined, o, false);
}
// [feature = "statics"]
function OBJECT_IS(a, b) {
  return a === b ? a !== 0 || 1 / a === 1 / b : a !== a && b !== b;
}
// [feature = "statics"]
function NUMBER_IS_FINITE(x) {
  return typeof x === "number" && x - x === 0;
}
// [feature = "statics"]
function NUMBER_IS_NAN(x) {
  return x !== x;
}
// [feature = "statics"]
function IS_INTEGER(x) {
  return %call(NUMBER_IS_FINITE, undefined, x) && %call(TRUNC, undefined, x) === x;
}
// [feature = "statics"]
function IS_SAFE_INTEGER(x) {
  if (typeof x !== "number") return false;
  if (x < 0) x = -x;
  return %toLength(x) === x;
}
