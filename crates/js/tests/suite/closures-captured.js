// Capturing in less common places: loops of calls, recursion, getters, handlers that stay, sibling functions.
function rec(n) {
  var me = n, inner = n ? rec(n - 1) : null;
  return function () { return me + (inner ? inner() : ""); };
}
same(rec(3)(), "3210", "each activation of a recursion has its own variables");
var made = (function () {
  var list = [];
  function add(f) { list.push(f); }
  var i = 0;
  while (i < 3) { add((function (n) { return function () { return n * n; }; })(i)); i++; }
  return list;
})();
same("" + made[0]() + made[1]() + made[2](), "014", "made in a while loop");
var obj = (function () {
  var hidden = 1;
  return { get x() { return hidden; }, set x(v) { hidden = v * 2; } };
})();
obj.x = 5;
same(obj.x, 10, "getter and setter share a captured variable");
function ring() {
  var a = function () { return typeof b; }, b = function () { return a(); };
  return b();
}
same(ring(), "function", "siblings that capture each other");
function memo(f) {
  var cache = {};
  return function (n) { return n in cache ? cache[n] : (cache[n] = f(n)); };
}
var calls = 0;
var square = memo(function (n) { calls++; return n * n; });
square(4); square(4);
same(square(4) + calls, 17, "captured object as cache");
function compose(f, g) { return function (x) { return f(g(x)); }; }
var inc = function (x) { return x + 1; }, dbl = function (x) { return x * 2; };
same(compose(inc, dbl)(5), 11, "composition");
same(compose(compose(inc, inc), compose(dbl, dbl))(1), 6, "composition of compositions");
function curry(f) { return function (a) { return function (b) { return function (c) { return f(a, b, c); }; }; }; }
same(curry(function (a, b, c) { return a + b * c; })(1)(2)(3), 7, "curry");
var handlers = [];
function on(f) { handlers.push(f); }
function install(name) {
  var count = 0;
  on(function () { count++; return name + count; });
  on(function () { return name + "=" + count; });
}
install("a"); install("b");
handlers[0](); handlers[0](); handlers[2]();
same(handlers[1](), "a=2", "two handlers share, first pair");
same(handlers[3](), "b=1", "two handlers share, second pair");
function many() {
  var a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10;
  return function () { return a + b + c + d + e + f + g + h + i + j; };
}
same(many()(), 55, "ten captured variables");
function some(x, y, z) {
  var u = x, v = y, w = z;
  return function () { return v + z; };
}
same(some(1, 2, 3)(), 5, "only some are captured");
function loopBody() {
  var fs = [];
  for (var i = 0; i < 2; i++) { var t = i * 10; fs.push(function () { return t; }); }
  return fs[0]() + "," + fs[1]();
}
same(loopBody(), "10,10", "var in a loop body is one variable too");
function inFinally() {
  var f;
  try { throw 1; } catch (e) { try { throw e + 1; } catch (e) { f = function () { return e; }; } } finally { var x = f() + 10; }
  return x;
}
same(inFinally(), 12, "inner catch variable hides the outer");
var thisOf = { v: 3, m: function () { var self = this; return function () { return self.v; }; } };
same(thisOf.m()(), 3, "this kept in a variable");
function byName() { var r = []; for (var k in { x: 1, y: 2 }) (function (k) { r.push(function () { return k; }); })(k); return r[0]() + r[1](); }
same(byName(), "xy", "for-in keys through a call");
function gen() { var n = 0; return { next: function () { return { value: n++, done: n > 3 }; } }; }
var it = gen(), total = "", step;
while (!(step = it.next()).done) total += step.value;
same(total, "012", "an iterator by hand");
function setLater() { var f = function () { return g(); }; function g() { return x; } var x = "late"; return f; }
same(setLater()(), "late", "through two functions to a later variable");
var y0 = (function (y) { var z = function () { return y; }; y = 2; return z(); })(1);
same(y0, 2, "assignment to a captured parameter after capture");
same((function (a) { arguments[0] = 9; return function () { return a; }; })(1)(), 9, "parameter changed through arguments, then captured");
same((function f(n) { return n === 0 ? [] : f(n - 1).concat(function () { return n; }); })(3).map(function (f) { return f(); }).join(""), "123", "collected along a recursion");
same((function () { var x = 1; return (function () { x = 2; return (function () { return ++x; })(); })() + x; })(), 6, "written two levels down");
