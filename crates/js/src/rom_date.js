// Date. Its local time is UTC.

// [feature = "date"]
function DATE_NEW(a, b, c, d, e, f, g) {
  var n = arguments.length;
  if (n === 0) a = %call(DATE_NOW, undefined);
  else if (n === 1) {
    if (%call(IS_DATE, undefined, a)) a = %call(DATE_VALUE, a);
    else {
      if (%isObject(a)) a = %call(TO_PRIMITIVE, undefined, a, 0);
      a = typeof a === "string" ? %call(DATE_PARSE, undefined, a) : +a;
    }
  } else a = %call(UTC, undefined, a, b, n > 2 ? c : 1, n > 3 ? d : 0, n > 4 ? e : 0, n > 5 ? f : 0, n > 6 ? g : 0);
  return %call(DATE_BOX, undefined, a);
}
// [feature = "date"]
function DATE_CALLED() {
  return %call(DATE_TEXT, %call(DATE_BOX, undefined, %call(DATE_NOW, undefined)), 0);
}
// [feature = "date"]
function DATE_TO_STRING() {
  return %call(DATE_TEXT, this, 0);
}
// [feature = "date"]
function TO_DATE_STRING() {
  return %call(DATE_TEXT, this, 1);
}
// [feature = "date"]
function TO_TIME_STRING() {
  return %call(DATE_TEXT, this, 2);
}
// [feature = "date"]
function TO_UTC_STRING() {
  return %call(DATE_TEXT, this, 3);
}
// [feature = "date"]
function TO_ISO_STRING() {
  return %call(DATE_TEXT, this, 4);
}
// [feature = "date"]
function DATE_TO_JSON(key) {
  var o = %self(), v = %call(TO_PRIMITIVE, undefined, o, 1);
  if (typeof v === "number" && v - v !== 0) return null;
  return o.toISOString();
}
// What the setters do: the part with this number and those behind it, at most `most` of them. All is read, in this order, before
// anything changes: the time, then the arguments.
// [feature = "date"]
function DATE_SET(part, most, given) {
  var a = [%call(DATE_VALUE, this), part], i;
  for (i = 0; i < most; i++) if (i === 0 || i < given.length) a[i + 2] = +given[i];
  return %call(APPLY, DATE_PUT, this, a);
}
// [feature = "date"]
function SET_FULLYEAR() {
  return %call(DATE_SET, this, 0, 3, arguments);
}
// [feature = "date"]
function SET_MONTH() {
  return %call(DATE_SET, this, 1, 2, arguments);
}
// [feature = "date"]
function SET_DATE() {
  return %call(DATE_SET, this, 2, 1, arguments);
}
// [feature = "date"]
function SET_HOURS() {
  return %call(DATE_SET, this, 3, 4, arguments);
}
// [feature = "date"]
function SET_MINUTES() {
  return %call(DATE_SET, this, 4, 3, arguments);
}
// [feature = "date"]
function SET_SECONDS() {
  return %call(DATE_SET, this, 5, 2, arguments);
}
// [feature = "date"]
function SET_MILLISECONDS() {
  return %call(DATE_SET, this, 6, 1, arguments);
}
// [feature = "date"]
function SET_TIME() {
  return %call(DATE_SET, this, 7, 1, arguments);
}
