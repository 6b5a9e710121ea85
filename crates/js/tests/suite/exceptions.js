// throw, catch, rethrow.
var r;
try { throw 1; } catch (e) { r = e; }
same(r, 1, "number");
try { throw "text"; } catch (e) { r = e; }
same(r, "text", "text");
try { throw undefined; } catch (e) { r = e; }
same(r, undefined, "undefined");
try { throw null; } catch (e) { r = e; }
same(r, null, "null");
var obj = { x: 1 };
try { throw obj; } catch (e) { r = e; }
same(r, obj, "object");
function thrower(v) { throw v; }
try { thrower(2); r = "not reached"; } catch (e) { r = e; }
same(r, 2, "from a function");
try { [1, 2, 3].forEach(function (x) { if (x === 2) throw x * 10; }); } catch (e) { r = e; }
same(r, 20, "from a callback of a built-in");
try { ({ get x() { throw 3; } }).x; } catch (e) { r = e; }
same(r, 3, "from a getter");
try { "" + { toString: function () { throw 4; } }; } catch (e) { r = e; }
same(r, 4, "from a conversion");
try { [3, 1, 2].sort(function () { throw 5; }); } catch (e) { r = e; }
same(r, 5, "from a comparison of sort");
try { new (function () { throw 6; })(); } catch (e) { r = e; }
same(r, 6, "from a constructor");
try { try { throw 1; } catch (e) { throw e + 1; } } catch (e) { r = e; }
same(r, 2, "rethrown");
try { try { throw 1; } finally { r = "f"; } } catch (e) { r += e; }
same(r, "f1", "finally on the way out");
var e = "outer";
try { throw "inner"; } catch (e) { e = "changed"; r = e; }
same(r + e, "changedouter", "the catch variable is its own");
try { throw 1; } catch (x) { var inCatch = x; }
same(inCatch, 1, "var in catch is of the function");
same(typeof x, "undefined", "the catch variable is not");
(function () { try { throw 1; } catch (q) { var q = 5; } same(q, undefined, "var of the same name: the initialiser goes to the catch variable"); })();
throws(function () { undefinedName; }, ReferenceError, "ReferenceError");
throws(function () { null(); }, TypeError, "TypeError");
throws(function () { new Array(-1); }, RangeError, "RangeError");
throws(function () { [].reduce(function () {}); }, TypeError, "from inside a built-in");
function depth(n) { if (n === 0) throw "deep"; depth(n - 1); }
try { depth(20); } catch (e) { r = e; }
same(r, "deep", "through twenty calls");
var log = "";
function step(n) { try { if (n === 0) throw "x"; step(n - 1); } finally { log += n; } }
try { step(3); } catch (e) { log += e; }
same(log, "0123x", "finally of each frame, inside out");
for (var i = 0, c = 0; i < 10; i++) { try { if (i % 2) throw i; } catch (e) { c += e; } }
same(c, 25, "in a loop");
function ret() { try { throw 1; } catch (e) { return "from catch"; } return "after"; }
same(ret(), "from catch", "return in catch");
function nested() { try { try { throw "a"; } catch (e) { try { throw e + "b"; } catch (e) { return e + "c"; } } } catch (e) { return "wrong"; } }
same(nested(), "abc", "try inside catch");
same((function () { try { return "t"; } catch (e) { return "c"; } })(), "t", "nothing thrown");
try { throw new Error("m"); } catch (err) { r = err.message; }
same(r, "m", "message");
function Custom(m) { this.message = m; }
Custom.prototype = new Error();
try { throw new Custom("mine"); } catch (e) { r = e instanceof Custom && e instanceof Error && e.message; }
same(r, "mine", "an error class of one's own");
var expr = 1;
try { expr = 2 + thrower(0) + (expr = 3); } catch (e) {}
same(expr, 1, "the rest of an expression is not evaluated");
var arr = [1];
try { arr[thrower("i")] = arr.push(2); } catch (e) {}
same(arr.length, 1, "nor the right side of an assignment");
