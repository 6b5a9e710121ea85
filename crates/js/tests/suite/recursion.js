// Deep recursion is a RangeError that can be caught, and the engine goes on.
function endless() { return endless() + 1; }
throws(endless, RangeError, "endless recursion");
throws(function f() { f(); }, RangeError, "of a function expression");
var e;
try { endless(); } catch (x) { e = x; }
same(e.name, "RangeError", "its name");
same(e instanceof Error, true, "is an Error");
same((function () { try { endless(); } catch (x) { return "caught"; } })(), "caught", "caught in a function");
function ping(n) { return n === 0 ? "end" : pong(n - 1); }
function pong(n) { return n === 0 ? "end" : ping(n - 1); }
same(ping(20), "end", "twenty deep is fine");
function sum(n) { return n === 0 ? 0 : n + sum(n - 1); }
same(sum(20), 210, "with something left to do");
var log = 0;
throws(function () { (function g() { try { g(); } finally { log++; } })(); }, RangeError, "through finally");
same(log > 0, true, "which ran");
throws(function () { var o = { get x() { return this.x; } }; o.x; }, RangeError, "in a getter");
throws(function () { var o = { toString: function () { return "" + this; } }; "" + o; }, RangeError, "in a conversion");
throws(function () { var o = { valueOf: function () { return +this; } }; o * 2; }, RangeError, "in valueOf");
throws(function () { (function F() { return new F(); })(); }, RangeError, "in a constructor");
throws(function () { (function f() { [1].map(f); })(); }, RangeError, "in a callback of map");
throws(function () { (function f() { [2, 1].sort(f); })(); }, RangeError, "in a comparison of sort");
throws(function () { (function f() { f.call(); })(); }, RangeError, "through call");
throws(function () { (function f() { f.apply(null, []); })(); }, RangeError, "through apply");
throws(function () { var f = function () { f.bind(null)(); }; f(); }, RangeError, "through bind");
throws(function () { var o = { set x(v) { this.x = v; } }; o.x = 1; }, RangeError, "in a setter");
throws(function () { ping2(1); function ping2(n) { return pong2(n + 1); } function pong2(n) { return ping2(n + 1); } }, RangeError, "mutual");
for (var i = 0, caught = 0; i < 5; i++) { try { endless(); } catch (x) { caught++; } }
same(caught, 5, "again and again");
function depth() { try { return 1 + depth(); } catch (x) { return 1; } }
same(depth() > 5, true, "the depth that there is can be used");
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
same(fib(12), 144, "Fibonacci");
function ack(m, n) { return m === 0 ? n + 1 : n === 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1)); }
same(ack(2, 2), 7, "Ackermann");
function hanoi(n, a, b, c) { return n === 0 ? 0 : hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a); }
same(hanoi(6, "a", "b", "c"), 63, "Hanoi");
function perms(a) { if (a.length < 2) return [a]; var r = []; for (var i = 0; i < a.length; i++) { perms(a.slice(0, i).concat(a.slice(i + 1))).forEach(function (p) { r.push([a[i]].concat(p)); }); } return r; }
same(perms([1, 2, 3]).map(function (p) { return p.join(""); }).join(), "123,132,213,231,312,321", "permutations");
function flatten(a) { return a.reduce(function (r, x) { return r.concat(Array.isArray(x) ? flatten(x) : x); }, []); }
same(flatten([1, [2, [3, [4]]]]).join(), "1,2,3,4", "flatten");
