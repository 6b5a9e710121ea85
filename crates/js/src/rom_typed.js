// Typed arrays. What Array's methods do on anything with a length, they do here too.

// What `new Uint8Array(…)` calls; `this` is the kind of elements.
// [feature = "typed-arrays"]
function TYPED_NEW(from, offset, length) {
  var r, i, n;
  if (!%isObject(from)) return %call(VIEW_NEW, this, undefined, 0, from);
  if (%call(VIEW_KIND, undefined, from) === 10) return %call(VIEW_NEW, this, from, offset, length);
  n = %toLength(from.length);
  r = %call(VIEW_NEW, this, undefined, 0, n);
  for (i = 0; i < n; i++) r[i] = from[i];
  return r;
}
// An array of `this` one's kind, new or on the same buffer.
// [feature = "typed-arrays"]
function TYPED_LIKE(buffer, offset, length) {
  return %call(VIEW_NEW, %call(VIEW_KIND, undefined, this), buffer, offset, length);
}
// [feature = "typed-arrays"]
function BUFFER_SLICE(from, to) {
  var n = this.byteLength;
  return %call(BUFFER_COPY, this, %clamp(from, n, 0), %clamp(to, n, n));
}
// [feature = "typed-arrays"]
function TYPED_SET(from, offset) {
  var n = %call(TYPED_LENGTH, this), m, i;
  offset = offset === undefined ? 0 : %call(TRUNC, undefined, +offset) || 0;
  if (offset < 0) throw %call(RANGE_ERROR, undefined, "the source does not fit");
  from = %toObject(from);
  m = %toLength(from.length);
  if (offset + m > n) throw %call(RANGE_ERROR, undefined, "the source does not fit");
  if (%call(VIEW_KIND, undefined, from) >= 0 && from.buffer === this.buffer) from = %call(TYPED_SLICE, from);
  for (i = 0; i < m; i++) this[offset + i] = from[i];
}
// [feature = "typed-arrays"]
function SUBARRAY(from, to) {
  var n = %call(TYPED_LENGTH, this), size = this.BYTES_PER_ELEMENT;
  from = %clamp(from, n, 0);
  to = %clamp(to, n, n);
  return %call(TYPED_LIKE, this, this.buffer, this.byteOffset + from * size, to > from ? to - from : 0);
}
// [feature = "typed-arrays"]
function TYPED_SLICE(from, to) {
  var n = %call(TYPED_LENGTH, this), r, i, k;
  i = %clamp(from, n, 0);
  to = %clamp(to, n, n);
  r = %call(TYPED_LIKE, this, undefined, 0, to > i ? to - i : 0);
  for (k = 0; i < to; i++, k++) r[k] = this[i];
  return r;
}
// [feature = "typed-arrays"]
function TYPED_MAP(f, self) {
  var n = %call(TYPED_LENGTH, this), r, i;
  %function(f);
  r = %call(TYPED_LIKE, this, undefined, 0, n);
  for (i = 0; i < n; i++) r[i] = %call(f, self, this[i], i, this);
  return r;
}
// [feature = "typed-arrays"]
function TYPED_FILTER(f, self) {
  var r;
  %call(TYPED_LENGTH, this);
  r = %call(FILTER, this, f, self);
  return %call(TYPED_NEW, %call(VIEW_KIND, undefined, this), r);
}
// [feature = "typed-arrays"]
function BY_NUMBER(a, b) {
  if (a !== a || b !== b) return (a !== a) - (b !== b);
  return a < b ? -1 : a > b ? 1 : a === 0 && 1 / a > 1 / b ? 1 : 0;
}
// [feature = "typed-arrays"]
function TYPED_SORT(compare) {
  if (compare !== undefined && !%callable(compare)) %typeError("a function is needed");
  %call(TYPED_LENGTH, this);
  return %call(SORT, this, compare === undefined ? BY_NUMBER : compare);
}
// [feature = "typed-arrays"]
function COPY_WITHIN(to, from, end) {
  var n = %call(TYPED_LENGTH, this), k;
  to = %clamp(to, n, 0);
  from = %clamp(from, n, 0);
  end = %clamp(end, n, n) - from;
  if (end > n - to) end = n - to;
  if (from < to) for (k = end; k > 0; k--) this[to + k - 1] = this[from + k - 1];
  else for (k = 0; k < end; k++) this[to + k] = this[from + k];
  return this;
}
// [feature = "typed-arrays"]
function TYPED_OF() {
  return new this(arguments);
}
// [feature = "typed-arrays"]
function TYPED_FROM(from, f, self) {
  var r, i;
  if (f !== undefined && !%callable(f)) %typeError("a function is needed");
  r = [];
  if (typeof from === "string") for (i of from) %append(r, r.length, i);
  else for (i = 0; i < %toLength(%toObject(from).length); i++) %append(r, i, f === undefined ? from[i] : %call(f, self, from[i], i));
  return new this(r);
}
