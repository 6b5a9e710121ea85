// Regular expressions. What takes long gives back the cell that it works in, and is called again with it.

// [feature = "regexp"]
function REGEXP(pattern, flags) {
  var f = %call(REGEXP_FLAGS, undefined, pattern);
  if (f >= 0) {
    // `new` has true for this.
    if (flags === undefined) {
      if (this !== true) return pattern;
      flags = %call(GET_FLAGS, pattern);
    }
    pattern = %call(GET_SOURCE, pattern);
  }
  return %call(REGEXP_MAKE, undefined, pattern, flags);
}
// `this` is the regular expression that becomes another one, or undefined.
// [feature = "regexp"]
function REGEXP_MAKE(pattern, flags) {
  var w;
  pattern = pattern === undefined ? "" : %string(pattern);
  flags = flags === undefined ? "" : %string(flags);
  do w = %call(REGEXP_COMPILE, this, pattern, flags, w); while (!%isObject(w));
  w.lastIndex = 0;
  return w;
}
// [feature = "regexp"]
function REGEXP_RECOMPILE(pattern, flags) {
  if (%call(REGEXP_FLAGS, undefined, this) < 0) %typeError("a regular expression is needed");
  if (%call(REGEXP_FLAGS, undefined, pattern) >= 0) {
    if (flags !== undefined) %typeError("a regular expression has its flags");
    flags = %call(GET_FLAGS, pattern);
    pattern = %call(GET_SOURCE, pattern);
  }
  return %call(REGEXP_MAKE, this, pattern, flags);
}
// The first match from unit i on, as exec gives it.
// [feature = "regexp"]
function REGEXP_MATCH(s, i) {
  var w, n, m, k;
  if (i > s.length) return null;
  for (;;) {
    n = %call(REGEXP_RUN, this, s, i, w);
    if (n === null) return n;
    if (typeof n === "number") break;
    w = n;
  }
  m = [];
  for (k = 0; k < n; k++) %append(m, k, %call(REGEXP_GROUP, this, s, k, w));
  %append(m, "index", %call(REGEXP_GROUP, this, s, -1, w));
  %append(m, "input", s);
  return m;
}
// [feature = "regexp"]
function REGEXP_EXEC(s) {
  var f = %call(REGEXP_FLAGS, undefined, this), i, m;
  if (f < 0) %typeError("a regular expression is needed");
  s = %string(s);
  i = %toLength(this.lastIndex);
  if (!(f & 1)) return %call(REGEXP_MATCH, this, s, 0);
  m = %call(REGEXP_MATCH, this, s, i);
  this.lastIndex = m === null ? 0 : m.index + m[0].length;
  return m;
}
// [feature = "regexp"]
function REGEXP_TEST(s) {
  return %call(REGEXP_EXEC, this, s) !== null;
}
// [feature = "regexp"]
function GET_FLAGS() {
  %object(this);
  return (this.global ? "g" : "") + (this.ignoreCase ? "i" : "") + (this.multiline ? "m" : "");
}
// [feature = "regexp"]
function REGEXP_TO_STRING() {
  %object(this);
  return "/" + %string(this.source) + "/" + %string(this.flags);
}
// [feature = "regexp"]
function MATCH(re) {
  var s = %text(this), f = %call(REGEXP_FLAGS, undefined, re), r = null, i = 0, m;
  if (f < 0) {
    f = 0;
    re = %call(REGEXP_MAKE, undefined, re);
  }
  if (!(f & 1)) return %call(REGEXP_EXEC, re, s);
  re.lastIndex = 0;
  while ((m = %call(REGEXP_MATCH, re, s, i)) !== null) {
    if (r === null) r = [];
    %append(r, r.length, m[0]);
    i = m.index + (m[0].length || 1);
  }
  return r;
}
// [feature = "regexp"]
function SEARCH(re) {
  var s = %text(this), m;
  if (%call(REGEXP_FLAGS, undefined, re) < 0) re = %call(REGEXP_MAKE, undefined, re);
  m = %call(REGEXP_MATCH, re, s, 0);
  return m === null ? -1 : m.index;
}
// [feature = "regexp"]
function REGEXP_REPLACE(re, by) {
  var f = %call(REGEXP_FLAGS, undefined, re), s, out = "", from = 0, i = 0, m, x;
  if (f < 0) return %call(REPLACE, this, re, by);
  s = %text(this);
  if (!%callable(by)) by = %string(by);
  if (f & 1) re.lastIndex = 0;
  while ((m = %call(REGEXP_MATCH, re, s, i)) !== null) {
    out += %cut(s, from, m.index);
    from = m.index + m[0].length;
    i = m[0] === "" ? from + 1 : from;
    if (%callable(by)) {
      %append(m, m.length, m.index);
      %append(m, m.length, s);
      x = %string(%call(APPLY, by, undefined, m));
    } else x = %call(REGEXP_EXPAND, m, by, s);
    out += x;
    if (!(f & 1)) break;
  }
  return out + %cut(s, from, s.length);
}
// The text of a replacement, for the match that `this` is.
// [feature = "regexp"]
function REGEXP_EXPAND(by, s) {
  var out = "", from = 0, at, c, n, k;
  while ((at = %find(by, "$", from)) >= 0) {
    out += %cut(by, from, at);
    from = at + 2;
    c = %call(CHAR_CODE_AT, by, at + 1);
    if (c === 38) out += this[0];
    else if (c === 96) out += %cut(s, 0, this.index);
    else if (c === 39) out += %cut(s, this.index + this[0].length, s.length);
    else {
      n = 0;
      if (c >= 48 && c <= 57) {
        n = c - 48;
        k = n * 10 + %call(CHAR_CODE_AT, by, from) - 48;
        if (k >= n * 10 && k <= n * 10 + 9 && k > 0 && k < this.length) {
          n = k;
          from++;
        }
      }
      if (n > 0 && n < this.length) {
        if (this[n] !== undefined) out += this[n];
      } else {
        // Two of them are one; one that means nothing is itself.
        out += "$";
        if (c !== 36) from = at + 1;
      }
    }
  }
  return out + %cut(by, from, by.length);
}
// [feature = "regexp"]
function REGEXP_SPLIT(by, limit) {
  var s, r = [], from = 0, i = 0, m, k;
  if (%call(REGEXP_FLAGS, undefined, by) < 0) return %call(SPLIT, this, by, limit);
  s = %text(this);
  limit = limit === undefined ? -1 >>> 0 : limit >>> 0;
  if (limit === 0) return r;
  while ((m = %call(REGEXP_MATCH, by, s, i)) !== null) {
    if (s === "") return r;
    if (m.index >= s.length) break;
    if (m[0] === "" && m.index === from) i = from + 1;
    else {
      %append(r, r.length, %cut(s, from, m.index));
      i = from = m.index + m[0].length;
      for (k = 1; k < m.length && r.length < limit; k++) %append(r, r.length, m[k]);
      if (r.length >= limit) return r;
    }
  }
  %append(r, r.length, %cut(s, from, s.length));
  return r;
}
// What looks for a text takes no regular expression.
// [feature = "regexp"]
function NO_REGEXP(search) {
  if (%call(REGEXP_FLAGS, undefined, search) >= 0) %typeError("a text is needed, not a regular expression");
  return search;
}
// [feature = "regexp"]
function TEXT_INCLUDES(search, from) {
  return %call(STRING_INCLUDES, this, %call(NO_REGEXP, undefined, search), from);
}
// [feature = "regexp"]
function TEXT_STARTS_WITH(search, from) {
  return %call(STARTS_WITH, this, %call(NO_REGEXP, undefined, search), from);
}
// [feature = "regexp"]
function TEXT_ENDS_WITH(search, end) {
  return %call(ENDS_WITH, this, %call(NO_REGEXP, undefined, search), end);
}
