// Closures: capture of variables, not of values.
function counter() {
  var n = 0;
  return { up: function () { return ++n; }, down: function () { return --n; }, get: function () { return n; } };
}
var a = counter(), b = counter();
a.up(); a.up(); b.down();
same(a.get(), 2, "one counter");
same(b.get(), -1, "the other is its own");
a.down();
same(a.get(), 1, "functions share the variable");
function adder(x) { return function (y) { return x + y; }; }
same(adder(3)(4), 7, "captured parameter");
var add5 = adder(5), add6 = adder(6);
same(add5(1) + add6(1), 13, "each call has its own");
var fs = [];
for (var i = 0; i < 3; i++) fs.push(function () { return i; });
same(fs[0]() + fs[1]() + fs[2](), 9, "var in a loop is one variable");
fs = [];
for (var j = 0; j < 3; j++) (function (k) { fs.push(function () { return k; }); })(j);
same("" + fs[0]() + fs[1]() + fs[2](), "012", "a function call makes a new one");
function nest(p) {
  var v1 = p + 1;
  return function (q) {
    var v2 = v1 + q;
    return function (r) {
      var v3 = v2 + r;
      return function (s) { v1++; return p + ":" + v1 + ":" + v2 + ":" + v3 + ":" + s; };
    };
  };
}
var deep = nest(1)(2)(3);
same(deep(4), "1:3:4:7:4", "four deep");
same(deep(5), "1:4:4:7:5", "four deep, again");
function late() {
  function inner() { return v; }
  var before = inner();
  var v = 5;
  return "" + before + inner();
}
same(late(), "undefined5", "captured variable declared after the inner function");
function params(x, y) {
  x = x + 1;
  return function () { return [x, y, y = y + 1].join(); };
}
var p = params(1, 2);
same(p(), "2,2,3", "captured parameters are variables");
same(p(), "2,3,4", "and stay changed");
var getE;
try { throw 7; } catch (e) { getE = function () { return e++; }; }
getE();
same(getE(), 8, "captured catch variable");
same(typeof e, "undefined", "which is not outside");
function twoCatches() {
  var r = [];
  for (var i = 0; i < 2; i++) { try { throw i; } catch (e) { r.push(function () { return e; }); } }
  return "" + r[0]() + r[1]();
}
same(twoCatches(), "01", "each catch makes a new variable");
function argsCaptured() {
  var args = arguments;
  return function () { return args.length + args[1]; };
}
same(argsCaptured(1, 10, 3)(), 13, "captured arguments object");
var self = function me(n) { return function () { return n ? me(n - 1)() : "end"; }; };
same(self(3)(), "end", "captured name of the function itself");
function shadow(x) { return function (x) { return function () { return x; }; }; }
same(shadow(1)(2)(), 2, "the innermost name wins");
function swap() {
  var x = 1;
  function set(v) { x = v; }
  function get() { return x; }
  set(9);
  return [x, get()].join();
}
same(swap(), "9,9", "outer sees the write of the inner");
var log = [];
function once(f) { var done, r; return function () { if (!done) { done = true; r = f(); } return r; }; }
var o1 = once(function () { log.push(1); return 42; });
o1(); o1();
same(log.length + o1(), 43, "once");
