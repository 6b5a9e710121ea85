// Typed arrays. What Array's methods do on anything with a length, they do here too.

// What `new Uint8Array(…)` calls; `this` is the kind of elements.
// [feature = "typed-arrays"]
function TYPED_NEW(from, offset, length) {
  var r, i, n;
  if (!%isObject(from)) return %call(VIEW_NEW, this, undefined, 0, from);
  n = %call(VIEW_KIND, undefined, from);
  if (n === 10) return %call(VIEW_NEW, this, from, offset, length);
  n = n < 0 || n > 8 ? %toLength(from.length) : %call(TYPED_VALID, from);
  r = %call(VIEW_NEW, this, undefined, 0, n);
  for (i = 0; i < n; i++) r[i] = from[i];
  return r;
}
// An array of `this` one's kind, new or on the same buffer. Without `Symbol.species` a constructor can only be refused.
// [feature = "typed-arrays"]
function TYPED_LIKE(buffer, offset, length) {
  var maker = this.constructor;
  if (maker !== undefined) %object(maker);
  return %call(VIEW_NEW, %call(VIEW_KIND, undefined, this), buffer, offset, length);
}
// [feature = "typed-arrays"]
function BUFFER_SLICE(from, to) {
  var n = this.byteLength;
  return %call(BUFFER_COPY, this, %call(CLAMP, from, n, 0), %call(CLAMP, to, n, n));
}
// [feature = "typed-arrays"]
function TYPED_SET(from, offset) {
  var n, m, i;
  %call(TYPED_LENGTH, this);
  offset = offset === undefined ? 0 : %call(TRUNC, undefined, +offset) || 0;
  if (offset < 0) %rangeError("the source does not fit");
  n = %call(TYPED_VALID, this);
  from = %toObject(from);
  i = %call(VIEW_KIND, undefined, from);
  i = i >= 0 && i < 9;
  m = i ? %call(TYPED_VALID, from) : %toLength(from.length);
  if (offset + m > n) %rangeError("the source does not fit");
  if (i && from.buffer === this.buffer) from = %call(TYPED_SLICE, from);
  for (i = 0; i < m; i++) this[offset + i] = from[i];
}
// [feature = "typed-arrays"]
function SUBARRAY(from, to) {
  var n = %call(TYPED_LENGTH, this), size = this.BYTES_PER_ELEMENT;
  from = %call(CLAMP, from, n, 0);
  to = %call(CLAMP, to, n, n);
  return %call(TYPED_LIKE, this, this.buffer, this.byteOffset + from * size, to > from ? to - from : 0);
}
// [feature = "typed-arrays"]
function TYPED_SLICE(from, to) {
  var n = %call(TYPED_VALID, this), r, i, k;
  i = %call(CLAMP, from, n, 0);
  to = %call(CLAMP, to, n, n);
  r = %call(TYPED_LIKE, this, undefined, 0, to > i ? to - i : 0);
  for (k = 0; i < to; i++, k++) r[k] = this[i];
  return r;
}
// [feature = "typed-arrays"]
function TYPED_MAP(f, self) {
  var n = %call(TYPED_VALID, this), r, i;
  %function(f);
  r = %call(TYPED_LIKE, this, undefined, 0, n);
  for (i = 0; i < n; i++) r[i] = %call(f, self, this[i], i, this);
  return r;
}
// [feature = "typed-arrays"]
function TYPED_FILTER(f, self) {
  var r, found;
  %call(TYPED_VALID, this);
  found = %call(FILTER, this, f, self);
  r = %call(TYPED_LIKE, this, undefined, 0, found.length);
  %call(TYPED_SET, r, found);
  return r;
}
// [feature = "typed-arrays"]
function BY_NUMBER(a, b) {
  if (a !== a || b !== b) return (a !== a) - (b !== b);
  return a < b ? -1 : a > b ? 1 : a === 0 && 1 / a > 1 / b ? 1 : 0;
}
// [feature = "typed-arrays"]
function TYPED_SORT(compare) {
  if (compare !== undefined && !%callable(compare)) %typeError("a function is needed");
  %call(TYPED_VALID, this);
  return %call(SORT, this, compare === undefined ? BY_NUMBER : compare);
}
// [feature = "typed-arrays"]
function COPY_WITHIN(to, from, end) {
  var n = %call(TYPED_VALID, this), k;
  to = %call(CLAMP, to, n, 0);
  from = %call(CLAMP, from, n, 0);
  end = %call(CLAMP, end, n, n) - from;
  %call(TYPED_VALID, this);
  if (end > n - to) end = n - to;
  if (from < to) for (k = end; k > 0; k--) this[to + k - 1] = this[from + k - 1];
  else for (k = 0; k < end; k++) this[to + k] = this[from + k];
  return this;
}
// [feature = "typed-arrays"]
function TYPED_FILL(v, from, to) {
  var n = %call(TYPED_VALID, this), i;
  v = +v;
  i = %call(CLAMP, from, n, 0);
  to = %call(CLAMP, to, n, n);
  %call(TYPED_VALID, this);
  for (; i < to; i++) this[i] = v;
  return this;
}
// What the constructor that is `this` makes of a length: a typed array that is no shorter.
// [feature = "typed-arrays"]
function TYPED_MAKE(n) {
  var r = new this(n);
  if (%call(TYPED_VALID, r) < n) %typeError("the source does not fit");
  return r;
}
// [feature = "typed-arrays"]
function TYPED_OF() {
  var n = arguments.length, r = %call(TYPED_MAKE, this, n), i;
  for (i = 0; i < n; i++) r[i] = arguments[i];
  return r;
}
// [feature = "typed-arrays"]
function TYPED_FROM(from, f, self) {
  var all = from, r, i, n;
  if (f !== undefined && !%callable(f)) %typeError("a function is needed");
  if (typeof from === "string") {
    all = [];
    for (i of from) %append(all, all.length, i);
  }
  all = %toObject(all);
  n = %toLength(all.length);
  r = %call(TYPED_MAKE, this, n);
  for (i = 0; i < n; i++) r[i] = f === undefined ? all[i] : %call(f, self, all[i], i);
  return r;
}
