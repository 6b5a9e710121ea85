// Prepended to every script of the suite. The host gives `check(ok, label)`, which counts; this adds three ways to call it.
// ECMAScript 3 only, so that it runs as soon as functions do.

// SameValue: NaN equals itself, 0 and -0 differ.
function same(actual, expected, label) {
  if (actual === expected) check(actual !== 0 || 1 / actual === 1 / expected, label);
  else check(actual !== actual && expected !== expected, label);
}

// Calling `fn` throws an instance of `ErrorCtor`.
function throws(fn, ErrorCtor, label) {
  var ok = false;
  try {
    fn();
  } catch (e) {
    ok = e instanceof ErrorCtor;
  }
  check(ok, label);
}

// The elements of an array (or of what looks like one) as text, holes as `_`.
function list(arr) {
  var text = "";
  for (var i = 0; i < arr.length; i++) {
    if (i) text += ",";
    text += i in arr ? String(arr[i]) : "_";
  }
  return text;
}

