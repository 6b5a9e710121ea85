// JSON. Places in the text are counted in bytes; JSON_NEXT gives place * 256 + the byte there, behind white space.

// [feature = "json"]
function JSON_PARSE(text, reviver) {
  var at, v;
  text = %string(text);
  at = [text, 0];
  v = %call(JSON_VALUE, at);
  if (%call(JSON_NEXT, undefined, text, at[1]) & 255) %call(JSON_FAIL, undefined, text, at[1]);
  return %callable(reviver) ? %call(JSON_REVIVE, reviver, { "": v }, "") : v;
}
// `this` is the text and the place, which goes on.
// [feature = "json"]
function JSON_VALUE() {
  var text = this[0], i = %call(JSON_NEXT, undefined, text, this[1]), first = i & 255, end, r, key, n = 0;
  i >>= 8;
  if (first === 123) {
    r = {};
    end = 125;
  } else if (first === 91) {
    r = [];
    end = 93;
  } else {
    this[1] = %call(JSON_END, undefined, text, i);
    return %call(JSON_SCALAR, undefined, text, i, this[1]);
  }
  i = %call(JSON_NEXT, undefined, text, i + 1);
  if ((i & 255) !== end) {
    for (;;) {
      key = n++;
      i >>= 8;
      if (end === 125) {
        key = %call(JSON_END, undefined, text, i, true);
        first = %call(JSON_NEXT, undefined, text, key);
        if ((first & 255) !== 58) %call(JSON_FAIL, undefined, text, key);
        key = %call(JSON_SCALAR, undefined, text, i, key);
        i = (first >> 8) + 1;
      }
      this[1] = i;
      %append(r, key, %call(JSON_VALUE, this));
      i = %call(JSON_NEXT, undefined, text, this[1]);
      if ((i & 255) === end) break;
      if ((i & 255) !== 44) %call(JSON_FAIL, undefined, text, i >> 8);
      i = %call(JSON_NEXT, undefined, text, (i >> 8) + 1);
    }
  }
  this[1] = (i >> 8) + 1;
  return r;
}
// `this` is the function of the caller's.
// [feature = "json"]
function JSON_REVIVE(holder, key) {
  var v = holder[key], keys, i, x, name;
  if (%isObject(v)) {
    keys = %isArray(v) ? undefined : %call(KEYS, undefined, v);
    for (i = 0; i < (keys ? keys : v).length; i++) {
      name = keys ? keys[i] : %string(i);
      x = %call(JSON_REVIVE, this, v, name);
      // What is fixed stays as it is: -1, where there is none, has that bit.
      if (!(%own(v, name) & 4)) continue;
      if (x === undefined) %delete(v, name);
      else %append(v, name, x);
    }
  }
  return %call(this, holder, key, v);
}
// [feature = "json"]
function JSON_STRINGIFY(value, replacer, space) {
  var list, i, v, k, seen, gap = "", kind;
  if (%isArray(replacer) && !%callable(replacer)) {
    list = [];
    seen = {};
    for (i = 0; i < replacer.length; i++) {
      v = replacer[i];
      kind = %call(OBJECT_TO_STRING, v);
      if (kind === "[object String]" || kind === "[object Number]") {
        v = %string(v);
        if (%own(seen, v) < 0) {
          %append(seen, v, 1);
          %append(list, list.length, v);
        }
      }
    }
  }
  kind = %call(OBJECT_TO_STRING, space);
  if (kind === "[object Number]") {
    k = %call(CLAMP, space, 10, 0, 1);
    while (k-- >= 1) gap += " ";
  } else if (kind === "[object String]") gap = %call(SLICE, space, 0, 10);
  // What all of it goes by: the function, the list of keys, the gap, the objects it is in, the indentation.
  return %call(JSON_TEXT, [%callable(replacer) ? replacer : undefined, list, gap, [], gap === "" ? "" : "\n"], { "": value }, "");
}
// [feature = "json"]
function JSON_TEXT(holder, key) {
  var v = holder[key], kind, i, keys, x, s = "", gap = this[2], indent = this[4], all = this[3], n;
  if (%isObject(v)) {
    x = v.toJSON;
    if (%callable(x)) v = %call(x, v, key);
  }
  if (this[0]) v = %call(this[0], holder, key, v);
  kind = %isObject(v) ? %call(OBJECT_TO_STRING, v) : "";
  if (kind === "[object Number]") v = +v;
  else if (kind === "[object String]") v = %string(v);
  else if (kind === "[object Boolean]") v = %call(BOOLEAN_VALUE_OF, v);
  if (v === null || typeof v === "boolean") return %string(v);
  if (typeof v === "number") return v - v === 0 ? %string(v) : "null";
  if (typeof v === "string") return %call(JSON_QUOTE, undefined, v);
  if (!%isObject(v) || %callable(v)) return;
  for (i = 0; i < all.length; i++) if (all[i] === v) %typeError("JSON of an object that holds itself");
  %append(all, i, v);
  if (gap !== "") this[4] = indent + gap;
  keys = %isArray(v) ? undefined : this[1] || %call(KEYS, undefined, v);
  n = (keys || v).length;
  for (i = 0; i < n; i++) {
    key = keys ? keys[i] : %string(i);
    x = %call(JSON_TEXT, this, v, key);
    if (keys) {
      if (x === undefined) continue;
      x = %call(JSON_QUOTE, undefined, key) + (gap === "" ? ":" : ": ") + x;
    } else if (x === undefined) x = "null";
    if (s !== "") s += ",";
    s += this[4] + x;
  }
  this[4] = indent;
  all.length--;
  if (s !== "") s += indent;
  return keys ? "{" + s + "}" : "[" + s + "]";
}
