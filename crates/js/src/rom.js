// The built-ins that call back into JavaScript. Compiled into src/romcode.rs by the test `romcode_is_fresh`.
// All of it is strict code. %name(…) is an operation of the engine, NAME() in capitals another built-in.

function TO_PRIMITIVE(v, hint) {
  var i, f, r;
  for (i = 0; i < 2; i++) {
    f = (hint === 2) === (i === 0) ? v.toString : v.valueOf;
    if (%callable(f)) {
      r = %call(f, v);
      if (!%isObject(r)) return r;
    }
  }
  %typeError("object has no primitive value");
}
function CREATE(proto, props) {
  var o = %create(proto);
  if (props !== undefined) %call(DEFINE_PROPERTIES, undefined, o, props);
  return o;
}
function DEFINE_PROPERTY(o, key, d) {
  var has = 0, value, get, set;
  %object(o);
  if (%isObject(key)) key = %string(key);
  %object(d);
  if ("enumerable" in d) has |= d.enumerable ? 34 : 32;
  if ("configurable" in d) has |= d.configurable ? 68 : 64;
  if ("value" in d) { has |= 8; value = d.value; }
  if ("writable" in d) has |= d.writable ? 17 : 16;
  if ("get" in d) { has |= 128; get = d.get; }
  if ("set" in d) { has |= 256; set = d.set; }
  %call(DEFINE, undefined, o, key, has, value, get, set);
  return o;
}
// The rules of `[[DefineOwnProperty]]`. `has` are flags (writable 1, enumerable 2, configurable 4), with four bits above each
// whether it is given; 8, 128 and 256 say so of value, getter and setter. In the flags of a property, 8 marks accessors.
function DEFINE(o, key, has, value, get, set) {
  var v, old, change, given = has >> 4 & 7, data = has & 24, length = key === "length" && %isArray(o);
  if (get !== undefined && !%callable(get) || set !== undefined && !%callable(set)) %typeError("getter and setter must be functions");
  if (data && has > 127) %typeError("a property has a value or accessors, not both");
  // Another array refuses what is no length.
  if (length && has & 8) value = ([].length = +value) >>> 0;
  old = %own(o, key);
  if (old < 0) old = 0;
  else {
    // What is not given stays.
    if (old & 8) {
      v = %accessor(o, key, 1);
      if (!(has & 128)) get = v;
      change = data | get !== v;
      v = %accessor(o, key, 2);
      if (!(has & 256)) set = v;
      change |= set !== v;
    } else {
      v = o[key];
      if (!(has & 8)) value = v;
      change = has > 127 | ~old & 1 & (has | (v === value ? v === 0 && 1 / v !== 1 / value : v === v | value === value));
    }
    if (!(old & 4) && change | given & (has ^ old) & 6) %typeError("property cannot be redefined");
  }
  v = old & ~given | has & given;
  if (data) v &= 7;
  else if (has > 127) v = v & 6 | 8;
  %define(o, key, v, value, get, set);
  if (length && o.length !== value) %typeError("property cannot be redefined");
}
function DEFINE_PROPERTIES(o, props) {
  var keys, i;
  %object(o);
  props = %toObject(props);
  keys = %call(KEYS, undefined, props);
  for (i = 0; i < keys.length; i++) %call(DEFINE_PROPERTY, undefined, o, keys[i], props[keys[i]]);
  return o;
}
function GET_OWN_PROPERTY_DESCRIPTOR(o, key) {
  var f, d;
  o = %toObject(o);
  key = %string(key);
  f = %own(o, key);
  if (f >= 0) {
    d = f & 8 ? { get: %accessor(o, key, 1), set: %accessor(o, key, 2) } : { value: o[key], writable: (f & 1) > 0 };
    %append(d, "enumerable", (f & 2) > 0);
    %append(d, "configurable", (f & 4) > 0);
    return d;
  }
}
function HAS_OWN_PROPERTY(key) {
  key = %string(key);
  return %own(%self(), key) >= 0;
}
function PROPERTY_IS_ENUMERABLE(key) {
  var f;
  key = %string(key);
  f = %own(%self(), key);
  return f >= 0 && (f & 2) > 0;
}
function OWN_KEYS(o, hidden) {
  var r = %keys(%toObject(o), hidden), i;
  for (i = 0; i < r.length; i++) r[i] = %string(r[i]);
  return r;
}
function KEYS(o) {
  return %call(OWN_KEYS, undefined, o, false);
}
function GET_OWN_PROPERTY_NAMES(o) {
  return %call(OWN_KEYS, undefined, o, true);
}
function LOCK(o, freeze) {
  var keys, i;
  if (%isObject(o)) {
    %call(PREVENT_EXTENSIONS, undefined, o);
    keys = %call(GET_OWN_PROPERTY_NAMES, undefined, o);
    for (i = 0; i < keys.length; i++) {
      %call(DEFINE, undefined, o, keys[i], freeze && !(%own(o, keys[i]) & 8) ? 80 : 64);
    }
  }
  return o;
}
function SEAL(o) {
  return %call(LOCK, undefined, o, false);
}
function FREEZE(o) {
  return %call(LOCK, undefined, o, true);
}
function IS_LOCKED(o, frozen) {
  var keys, i, f;
  if (%isObject(o)) {
    if (%call(IS_EXTENSIBLE, undefined, o)) return false;
    keys = %call(GET_OWN_PROPERTY_NAMES, undefined, o);
    for (i = 0; i < keys.length; i++) {
      f = %own(o, keys[i]);
      if (f & 4 || frozen && f & 1) return false;
    }
  }
  return true;
}
function IS_SEALED(o) {
  return %call(IS_LOCKED, undefined, o, false);
}
function IS_FROZEN(o) {
  return %call(IS_LOCKED, undefined, o, true);
}
function FUNCTION_TO_STRING() {
  var name;
  %function(this);
  name = this.name;
  return "function " + (typeof name === "string" ? name : "") + "() { [native code] }";
}
function IS_PROTOTYPE_OF(v) {
  var o;
  if (!%isObject(v)) return false;
  o = %self();
  do v = %call(GET_PROTOTYPE_OF, undefined, v); while (v !== null && v !== o);
  return v !== null;
}
function OBJECT_TO_STRING() {
  return "[object " + %call(CLASS_NAME, this) + "]";
}
function OBJECT_TO_LOCALE_STRING() {
  return this.toString();
}
function ARRAY(n) {
  var r = [], i;
  if (arguments.length === 1 && typeof n === "number") r.length = n;
  else for (i = 0; i < arguments.length; i++) %append(r, i, arguments[i]);
  return r;
}
function IS_ARRAY(v) {
  return %isArray(v);
}
// What an argument says as an index, `this`: within a length, relative to its end where it is negative, unless it is a count.
function CLAMP(n, otherwise, count) {
  var x = this;
  if (x === undefined && !count) return otherwise;
  x = %call(TRUNC, undefined, x);
  if (x < 0 && !count) x += n;
  return x > n ? n : x > 0 ? x : 0;
}
function ARRAY_TO_STRING() {
  var o = %self(), join = o.join;
  return %callable(join) ? %call(join, o) : %call(OBJECT_TO_STRING, o);
}
function ARRAY_TO_LOCALE_STRING() {
  var o = %self(), n = %toLength(o.length), s = "", i, v;
  for (i = 0; i < n; i++) {
    if (i) s += ",";
    v = o[i];
    if (v !== undefined && v !== null) s += %string(v.toLocaleString());
  }
  return s;
}
function ARRAY_CONCAT() {
  var r = [], n = 0, i = -1, k, v = %self();
  for (;;) {
    if (%isArray(v)) {
      for (k = 0; k < v.length; k++, n++) if (k in v) %append(r, n, v[k]);
    } else %append(r, n++, v);
    if (++i >= arguments.length) break;
    v = arguments[i];
  }
  r.length = n;
  return r;
}
function JOIN(sep) {
  var o = %self(), n = %toLength(o.length), s = "", i, v;
  sep = sep === undefined ? "," : %string(sep);
  for (i = 0; i < n; i++) {
    if (i) s += sep;
    v = o[i];
    if (v !== undefined && v !== null) s += %string(v);
  }
  return s;
}
function POP() {
  var o = %self(), n = %toLength(o.length), v;
  if (n === 0) {
    o.length = 0;
    return;
  }
  v = o[n - 1];
  %delete(o, n - 1);
  o.length = n - 1;
  return v;
}
function PUSH() {
  var o = %self(), n = %toLength(o.length), i;
  for (i = 0; i < arguments.length; i++) o[n++] = arguments[i];
  o.length = n;
  return n;
}
function REVERSE() {
  var o = %self(), n = %toLength(o.length), i = 0, k = n - 1, a, b, ia, ib;
  for (; i < k; i++, k--) {
    ia = i in o;
    a = o[i];
    ib = k in o;
    b = o[k];
    if (ib) o[i] = b;
    else %delete(o, i);
    if (ia) o[k] = a;
    else %delete(o, k);
  }
  return o;
}
function SHIFT() {
  var o = %self(), n = %toLength(o.length), v, i;
  if (n === 0) {
    o.length = 0;
    return;
  }
  v = o[0];
  for (i = 1; i < n; i++) {
    if (i in o) o[i - 1] = o[i];
    else %delete(o, i - 1);
  }
  %delete(o, n - 1);
  o.length = n - 1;
  return v;
}
function ARRAY_SLICE(start, end) {
  var o = %self(), n = %toLength(o.length), r = [], i = %call(CLAMP, start, n, 0), to = %call(CLAMP, end, n, n), k = 0;
  r.length = to > i ? to - i : 0;
  for (; i < to; i++, k++) if (i in o) %append(r, k, o[i]);
  return r;
}
function BY_TEXT(x, y) {
  return %string(x) > %string(y) ? 1 : 0;
}
function SORT(compare) {
  var o = %self(), n = %toLength(o.length), a = [], b = [], count = 0, blanks = 0, i, v, s;
  if (compare === undefined) compare = BY_TEXT;
  else %function(compare);
  for (i = 0; i < n; i++) {
    v = o[i];
    if (v !== undefined) b[count] = a[count++] = v;
    else if (i in o) blanks++;
  }
  if (count > 1) {
    s = [a, b, 0, 0, 0, 1];
    // The call is that of the comparison, which %merge goes back to.
    %merge(s, compare, count ? 0 : %call(count, count, count, count));
    a = s[0];
  }
  for (i = 0; i < count; i++) o[i] = a[i];
  for (; blanks > 0; blanks--) o[i++] = undefined;
  for (; i < n; i++) %delete(o, i);
  return o;
}
function SPLICE(start, remove) {
  var o = %self(), n = %toLength(o.length), r = [], from = %call(CLAMP, start, n, 0), more = arguments.length - 2, i;
  remove = arguments.length < 2 ? (arguments.length ? n - from : 0) : %call(CLAMP, remove, n - from, 0, 1);
  r.length = remove;
  for (i = 0; i < remove; i++) if (from + i in o) %append(r, i, o[from + i]);
  if (more < 0) more = 0;
  if (more < remove) {
    for (i = from; i < n - remove; i++) {
      if (i + remove in o) o[i + more] = o[i + remove];
      else %delete(o, i + more);
    }
    for (i = n; i > n - remove + more; i--) %delete(o, i - 1);
  } else if (more > remove) {
    for (i = n - remove; i > from; i--) {
      if (i + remove - 1 in o) o[i + more - 1] = o[i + remove - 1];
      else %delete(o, i + more - 1);
    }
  }
  for (i = 0; i < more; i++) o[from + i] = arguments[i + 2];
  o.length = n - remove + more;
  return r;
}
function UNSHIFT() {
  var o = %self(), n = %toLength(o.length), more = arguments.length, i;
  for (i = n; i > 0 && more > 0; i--) {
    if (i - 1 in o) o[i + more - 1] = o[i - 1];
    else %delete(o, i + more - 1);
  }
  for (i = 0; i < more; i++) o[i] = arguments[i];
  o.length = n + more;
  return n + more;
}
function ARRAY_INDEX_OF(v, from) {
  var o = %self(), n = %toLength(o.length), i = n && %call(CLAMP, from, n, 0);
  for (; i < n; i++) if (i in o && o[i] === v) return i;
  return -1;
}
function ARRAY_LAST_INDEX_OF(v, from) {
  var o = %self(), n = %toLength(o.length), i = n - 1;
  if (n && arguments.length > 1) {
    from = %call(TRUNC, undefined, from) || 0;
    if (from < 0) from += n;
    if (from < i) i = from;
  }
  for (; i >= 0; i--) if (i in o && o[i] === v) return i;
  return -1;
}
function EVERY(f, self) {
  var o = %self(), n = %toLength(o.length), i;
  %function(f);
  for (i = 0; i < n; i++) if (i in o && !%call(f, self, o[i], i, o)) return false;
  return true;
}
function SOME(f, self) {
  var o = %self(), n = %toLength(o.length), i;
  %function(f);
  for (i = 0; i < n; i++) if (i in o && %call(f, self, o[i], i, o)) return true;
  return false;
}
function FOR_EACH(f, self) {
  var o = %self(), n = %toLength(o.length), i;
  %function(f);
  for (i = 0; i < n; i++) if (i in o) %call(f, self, o[i], i, o);
}
function MAP(f, self) {
  var o = %self(), n = %toLength(o.length), r, i;
  %function(f);
  r = [];
  r.length = n;
  for (i = 0; i < n; i++) if (i in o) %append(r, i, %call(f, self, o[i], i, o));
  return r;
}
function FILTER(f, self) {
  var o = %self(), n = %toLength(o.length), r = [], k = 0, i, v;
  %function(f);
  for (i = 0; i < n; i++) {
    if (i in o) {
      v = o[i];
      if (%call(f, self, v, i, o)) %append(r, k++, v);
    }
  }
  return r;
}
function REDUCE(f, v) {
  var o = %self(), n = %toLength(o.length), i = 0;
  %function(f);
  if (arguments.length < 2) {
    while (i < n && !(i in o)) i++;
    if (i >= n) %typeError("reduce of an empty array");
    v = o[i++];
  }
  for (; i < n; i++) if (i in o) v = %call(f, undefined, v, o[i], i, o);
  return v;
}
function REDUCE_RIGHT(f, v) {
  var o = %self(), i = %toLength(o.length) - 1;
  %function(f);
  if (arguments.length < 2) {
    while (i >= 0 && !(i in o)) i--;
    if (i < 0) %typeError("reduce of an empty array");
    v = o[i--];
  }
  for (; i >= 0; i--) if (i in o) v = %call(f, undefined, v, o[i], i, o);
  return v;
}
function FROM_CHAR_CODE() {
  var s = "", i;
  for (i = 0; i < arguments.length; i++) s += %char(arguments[i]);
  return s;
}
function STRING_CONCAT() {
  var s = %text(this), i;
  for (i = 0; i < arguments.length; i++) s += %string(arguments[i]);
  return s;
}
function INDEX_OF(what, from) {
  var s = %text(this);
  what = %string(what);
  return %find(s, what, %call(CLAMP, from, s.length, 0, 1));
}
function LAST_INDEX_OF(what, from) {
  var s = %text(this);
  what = %string(what);
  from = +from;
  return %find(s, what, from !== from ? s.length : %call(CLAMP, from, s.length, 0, 1), 1);
}
function LOCALE_COMPARE(other) {
  var s = %text(this);
  other = %string(other);
  return s < other ? -1 : s > other ? 1 : 0;
}
function SLICE(start, end) {
  var s = %text(this), n = s.length;
  return %cut(s, %call(CLAMP, start, n, 0), %call(CLAMP, end, n, n));
}
function SUBSTRING(a, b) {
  var s = %text(this), n = s.length;
  a = %call(CLAMP, a, n, 0, 1);
  b = b === undefined ? n : %call(CLAMP, b, n, 0, 1);
  return a < b ? %cut(s, a, b) : %cut(s, b, a);
}
function SUBSTR(a, count) {
  var s = %text(this), n = s.length;
  a = %call(CLAMP, a, n, 0);
  return %cut(s, a, a + (count === undefined ? n : %call(CLAMP, count, n - a, 0, 1)));
}
function SPLIT(by, limit) {
  var s = %text(this), r = [], n = 0, from = 0, at;
  limit = limit === undefined ? -1 >>> 0 : limit >>> 0;
  if (by !== undefined) by = %string(by);
  if (limit === 0) return r;
  if (by === "") {
    for (; n < s.length && n < limit; n++) %append(r, n, s[n]);
    return r;
  }
  do {
    at = by === undefined ? -1 : %find(s, by, from);
    %append(r, n++, %cut(s, from, at < 0 ? s.length : at));
    if (at >= 0) from = at + by.length;
  } while (at >= 0 && n < limit);
  return r;
}
function ARRAY_INCLUDES(v, from) {
  var o = %self(), n = %toLength(o.length), i = n && %call(CLAMP, from, n, 0), x;
  for (; i < n; i++) {
    x = o[i];
    if (x === v || x !== x && v !== v) return true;
  }
  return false;
}
function FIND(f, self) {
  var o = %self(), n = %toLength(o.length), i, v;
  %function(f);
  for (i = 0; i < n; i++) {
    v = o[i];
    if (%call(f, self, v, i, o)) return v;
  }
}
function FIND_INDEX(f, self) {
  var o = %self(), n = %toLength(o.length), i;
  %function(f);
  for (i = 0; i < n; i++) if (%call(f, self, o[i], i, o)) return i;
  return -1;
}
function FILL(v, from, to) {
  var o = %self(), n = %toLength(o.length), i = %call(CLAMP, from, n, 0), end = %call(CLAMP, to, n, n);
  for (; i < end; i++) o[i] = v;
  return o;
}
// [feature = "array-from"]
function ARRAY_FROM(items, f, self) {
  var all = items, walked, r, n, i, v;
  if (f !== undefined && !%callable(f)) %typeError("a function is needed");
  if (typeof all === "string") all = %call(SPREAD, [], all);
  all = %toObject(all);
  walked = %isArray(all);
  n = walked ? 0 : %toLength(all.length);
  r = %callable(this, 1) ? walked ? new this() : new this(n) : [];
  for (i = 0; i < (walked ? all.length : n); i++) {
    v = all[i];
    %call(DEFINE, undefined, r, i, 127, f === undefined ? v : %call(f, self, v, i));
  }
  r.length = i;
  return r;
}
// [feature = "array-from"]
function ARRAY_OF() {
  var n = arguments.length, r = %callable(this, 1) ? new this(n) : [], i;
  for (i = 0; i < n; i++) %call(DEFINE, undefined, r, i, 127, arguments[i]);
  r.length = n;
  return r;
}
function STRING_INCLUDES(search, from) {
  return %call(INDEX_OF, this, search, from) >= 0;
}
function STARTS_WITH(search, from) {
  var s = %call(STRING_CONCAT, this);
  search = %call(STRING, undefined, search);
  return %call(SLICE, %call(SUBSTRING, s, from), 0, search.length) === search;
}
function ENDS_WITH(search, end) {
  var s = %call(STRING_CONCAT, this);
  search = %call(STRING, undefined, search);
  s = %call(SUBSTRING, s, 0, end);
  return %call(SUBSTRING, s, s.length - search.length) === search;
}
function REPEAT(count) {
  var s = %call(STRING_CONCAT, this), r = "", n = %call(TRUNC, undefined, count);
  if (n < 0 || n === 1 / 0) %rangeError("invalid count");
  for (;;) {
    if (n % 2) r += s;
    n = %call(TRUNC, undefined, n / 2);
    if (!(n > 0)) return r;
    s += s;
  }
}
// [feature = "padding"]
function PAD(n, fill) {
  n = %toLength(n) - this.length;
  if (n <= 0) return "";
  fill = fill === undefined ? " " : %call(STRING, undefined, fill);
  return fill === "" ? fill : %call(SLICE, %call(REPEAT, fill, n / fill.length + 1), 0, n);
}
// [feature = "padding"]
function PAD_START(n, fill) {
  var s = %call(STRING_CONCAT, this);
  return %call(PAD, s, n, fill) + s;
}
// [feature = "padding"]
function PAD_END(n, fill) {
  var s = %call(STRING_CONCAT, this);
  return s + %call(PAD, s, n, fill);
}
// What `replace` puts in: `by` with its patterns, for what was found in `s`.
function EXPAND(by, found, s, at) {
  var r = "", i = 0, k, c;
  while ((k = %find(by, "$", i)) >= 0) {
    c = %find("$&`'", %cut(by, k + 1, k + 2), 0);
    r += %cut(by, i, k) + (c === 1 ? found : c === 2 ? %cut(s, 0, at) : c === 3 ? %cut(s, at + found.length, s.length) : "$");
    i = k + (c < 0 ? 1 : 2);
  }
  return r + %cut(by, i, by.length);
}
function REPLACE(search, by) {
  var s, at;
  s = %text(this);
  search = %string(search);
  at = %call(INDEX_OF, s, search);
  if (at < 0) {
    if (!%callable(by)) %string(by);
    return s;
  }
  if (%callable(by)) by = %string(%call(by, undefined, search, at, s));
  else by = %call(EXPAND, undefined, %string(by), search, s, at);
  return %call(SLICE, s, 0, at) + by + %call(SLICE, s, at + search.length);
}
function IS_NAN(x) {
  x = +x;
  return x !== x;
}
function IS_FINITE(x) {
  x = +x;
  return x - x === 0;
}
function ABS(x) {
  x = +x;
  return x < 0 ? -x : x + 0;
}
function CEIL(x) {
  return -%call(FLOOR, undefined, -x);
}
function ROUND(x) {
  var low;
  x = +x;
  low = %call(FLOOR, undefined, x);
  if ((x - low) * 2 >= 1) low++;
  // The sign of a zero is that of `x`.
  return low || x * 0;
}
function SIGN(x) {
  x = +x;
  return x > 0 ? 1 : x < 0 ? -1 : x;
}
// Whole exponents by squaring, halves by roots; other exponents need the transcendentals.
function POW(x, y) {
  var size, n, r;
  x = +x;
  y = +y;
  if (y === 0) return 1;
  size = x < 0 ? -x : x;
  if (x !== x || y - y !== 0) return x !== x || y !== y || size === 1 ? 0 / 0 : size > 1 === y > 0 ? 1 / 0 : 0;
  n = %call(FLOOR, undefined, y);
  if (n !== y) {
    if (size === 0 || size === 1 / 0) return size === 0 === y > 0 ? 0 : 1 / 0;
    return x < 0 ? 0 / 0 : %call(FRACTION, undefined, x, y);
  }
  if (y > 0) return %call(RAISE, undefined, x, y);
  r = %call(RAISE, undefined, x, -y);
  // Where 1 / r would lose what lies below the smallest normal number, the inverse is raised.
  return r - r === 0 ? 1 / r : %call(RAISE, undefined, 1 / x, -y);
}
function RAISE(x, n) {
  var r = 1;
  for (; n > 0; n = %call(FLOOR, undefined, n / 2)) {
    if (n % 2) r *= x;
    x *= x;
  }
  return r;
}
// A positive base and an exponent with a fraction: the fraction bit by bit, as repeated square roots.
// [not(feature = "math")]
function FRACTION(x, y) {
  var n = %call(FLOOR, undefined, y), r = 1, root = x, i;
  y -= n;
  for (i = 0; y !== 0 && i < 54; i++) {
    root = %call(SQRT, undefined, root);
    y += y;
    if (y >= 1) {
      r *= root;
      y -= 1;
    }
  }
  return r * (n < 0 ? %call(RAISE, undefined, 1 / x, -n) : %call(RAISE, undefined, x, n));
}
// Exact before the point; behind it the fewest digits that tell the number from its neighbour, as V8 prints them.
function NUMBER_TO_STRING(radix) {
  var x = %call(NUMBER_VALUE_OF, this), whole = [], part = [], n = 0, s = "", i, k, v, rest, gap;
  radix = radix === undefined ? 10 : %call(TRUNC, undefined, radix);
  if (!(radix >= 2 && radix <= 36)) %rangeError("the radix must be 2 to 36");
  if (radix === 10 || x - x !== 0) return %string(x);
  if (x < 0) {
    s = %char(45);
    x = -x;
  }
  v = %call(FLOOR, undefined, x);
  rest = x - v;
  // Digits from the lowest on of what 53 bits hold; they are doubled for each bit that lies above.
  for (; v > %toLength(1 / 0); n++) v /= 2;
  do {
    k = v % radix;
    %append(whole, whole.length, k);
    v = (v - k) / radix;
  } while (v > 0);
  for (; n > 0; n -= k) {
    k = n < 16 ? n : 16;
    v = 0;
    for (i = 0; i < whole.length || v > 0; i++) {
      v += i < whole.length && whole[i] << k;
      %append(whole, i, v % radix);
      v = (v - whole[i]) / radix;
    }
  }
  if (rest > 0) {
    // Half the distance to the next number.
    for (gap = 1; gap > x; ) gap /= 2;
    while (gap * 2 <= x) gap *= 2;
    for (i = 0; i < 53 && gap / 2 > 0; i++) gap /= 2;
    do {
      rest *= radix;
      gap *= radix;
      k = %call(FLOOR, undefined, rest);
      %append(part, n++, k);
      rest -= k;
      v = rest + rest;
      if ((v > 1 || v === 1 && k % 2) && rest + gap > 1) {
        // One more in the last place: digits that become zero go, the last of them into the whole.
        for (k = 1; n > 0 && k;) {
          v = part[--n] + 1;
          part.length = n;
          if (v < radix) {
            %append(part, n++, v);
            k = 0;
          }
        }
        for (i = 0; k; i++) {
          v = (i < whole.length && whole[i]) + 1;
          %append(whole, i, v % radix);
          k = v === radix;
        }
        break;
      }
    } while (rest >= gap);
  }
  v = whole.length;
  for (i = 0; i < v + n; i++) {
    if (i === v) s += %char(46);
    k = i < v ? whole[v - 1 - i] : part[i - v];
    s += %char(k < 10 ? k + 48 : k + 87);
  }
  return s;
}
function NUMBER_TO_LOCALE_STRING() {
  return %call(NUMBER_TO_STRING, this);
}
function BOOLEAN_TO_STRING() {
  return %call(BOOLEAN_VALUE_OF, this) ? "true" : "false";
}
function ERROR_TO_STRING() {
  var name, message;
  %object(this);
  name = this.name;
  name = name === undefined ? "Error" : %string(name);
  message = this.message;
  message = message === undefined ? "" : %string(message);
  return name === "" ? message : message === "" ? name : name + ": " + message;
}
// Of the syntax, with what they work on as `this`: spread into an array and into an object, the rest of an
// object's properties (the caller deletes those that were named) and of an array's elements.
// [any(feature = "spread", feature = "destructuring", feature = "array-from")]
function SPREAD(v) {
  var x;
  for (x of v) %append(this, this.length, x);
  return this;
}
// [any(feature = "spread", feature = "destructuring")]
function OBJECT_SPREAD(v) {
  var keys, i;
  if (v !== undefined && v !== null) {
    v = %toObject(v);
    keys = %call(KEYS, undefined, v);
    for (i = 0; i < keys.length; i++) %append(this, keys[i], v[keys[i]]);
  }
  return this;
}
// [feature = "destructuring"]
function OBJECT_REST() {
  return %call(OBJECT_SPREAD, {}, this);
}
// [feature = "destructuring"]
function ARRAY_REST(i) {
  var r = [];
  for (; i < this.length; i++) %append(r, r.length, this[i]);
  return r;
}
