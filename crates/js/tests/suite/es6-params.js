// Default and rest parameters.
function d(a, b = 2) { return a + ":" + b; }
same(d(1), "1:2", "default");
same(d(1, 5), "1:5", "given");
same(d(1, undefined), "1:2", "undefined takes the default");
same(d(1, null), "1:null", "null does not");
same(d.length, 1, "length counts up to the first default");
function e(a, b = a + 1, c = a + b) { return a + b + c; }
same(e(1), 6, "a default sees earlier parameters");
same(e(1, 5), 12, "given in the middle");
let calls = 0;
function lazy(x = ++calls) { return x; }
lazy(1);
same(calls, 0, "not evaluated when given");
lazy(); lazy();
same(calls, 2, "evaluated each time");
throws(function () { (function (a = b, b) {})(); }, ReferenceError, "a default does not see later parameters");
same((function (a = 1) { return arguments.length; })(), 0, "arguments has what was given");
same((function (a = 1) { a = 5; return arguments[0]; })(2), 2, "and is not mapped");
function outer(x = 1, get = () => x) { return get(); }
same(outer(7), 7, "closure in a default");
same(outer(), 1, "over the default");
const y = "outer";
same((function (p = y) { return p; })(), "outer", "outer variable as default");
function r(a, ...rest) { return a + "|" + rest.join(); }
same(r(1), "1|", "rest of nothing");
same(r(1, 2, 3), "1|2,3", "rest");
same(r.length, 1, "rest does not count");
same((function (...all) { return all.length; })(1, 2, 3), 3, "only rest");
same((function (...all) { return Array.isArray(all); })(), true, "an array");
same((function (...all) { all.push(9); return arguments.length; })(1), 1, "apart from arguments");
same((function (a, b = 5, ...c) { return a + b + c.length; })(1, undefined, 7, 8), 8, "all kinds");
same(((...a) => a.map(x => x * 2).join())(1, 2), "2,4", "arrow with rest");
same(((a = 1, b = 2) => a + b)(), 3, "arrow with defaults");
const obj = { m(a, b = this.k) { return a + b; }, k: 10 };
same(obj.m(1), 11, "this in a default");
same((function f(n = 3) { return n ? n + f(n - 1) : 0; })(), 6, "recursion");
same((function (a = (() => { throw new RangeError("d"); })()) {}).length, 0, "default that would throw, not called");
throws(function () { (function (a = (() => { throw new RangeError("d"); })()) {})(); }, RangeError, "default that throws");
same((function (a, b = a => a * 2) { return b(a); })(4), 8, "function as default");
same((function ({ x = 1, y = 2 } = {}) { return x + y; })(), 3, "pattern with defaults");
same((function ({ x = 1, y = 2 } = {}) { return x + y; })({ x: 5 }), 7, "and given");
same((function ([p, q = 9] = [1]) { return p + q; })(), 10, "array pattern with default");
same((function (...[p, q]) { return p + q; })(1, 2, 3), 3, "pattern as rest");
same((function (a, b = 1) { var a; return a; })(4), 4, "var of a parameter's name");
same(new (function (v = 8) { this.v = v; })().v, 8, "constructor");
same([1, 2].map((x, i = 100) => x + i).join(), "1,3", "callback");

function mixed({ a, b: [c] }, d, [e = a] = [], ...f) { a++; var g = 9; return [a, c, d, e, f.length, g].join(); }
same(mixed({ a: 1, b: [2] }, 3, [4], 5, 6), "2,2,3,4,2,9", "patterns in front of other parameters");
same(mixed({ a: 1, b: [2] }, 3), "2,2,3,1,0,9", "a default that reads the pattern before it");
same((({ x }, y = () => x++, { z }) => y() + y() + x + z)({ x: 1 }, undefined, { z: 10 }), 16, "a captured name of a pattern");
