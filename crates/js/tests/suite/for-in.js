// for-in: order, inheritance, shadowing, changes on the way.
function keys(o) { var r = []; for (var k in o) r.push(k); return r.join(); }
same(keys({ b: 1, a: 2, c: 3 }), "b,a,c", "insertion order");
same(keys([5, 6, 7]), "0,1,2", "array indices");
same(keys([1, , 3]), "0,2", "holes are skipped");
same(keys("abc"), "0,1,2", "text");
same(keys({}), "", "empty object");
same(keys(null) + keys(undefined), "", "null and undefined have none");
same(keys(5) + keys(true), "", "numbers and booleans have none");
same(keys(Object.create({ p: 1, q: 2 })), "p,q", "inherited");
var child = Object.create({ p: 1, q: 2 });
child.own = 3;
child.q = 4;
same(keys(child), "own,q,p", "own first, shadowed ones once");
Object.defineProperty(child, "hidden", { value: 1, enumerable: false });
same(keys(child), "own,q,p", "not enumerable");
Object.defineProperty(child, "p", { value: 1, enumerable: false });
same(keys(child), "own,q", "a hidden own property hides the inherited one");
var o = { a: 1, b: 2, c: 3 }, r = "";
for (var k in o) { r += k; delete o.b; }
same(r, "ac", "deleted before its turn is skipped");
o = { a: 1, b: 2 };
r = "";
for (k in o) { r += k; delete o[k]; }
same(r + keys(o), "ab", "deleting the current one");
r = 0;
o = { a: 1 };
for (k in o) { if (r++ < 3) o["n" + r] = 1; }
same(r >= 1 && r <= 4, true, "adding does not loop for ever");
var i = 0, arr = [];
for (arr[i++] in { x: 1, y: 2 });
same(arr.join(), "x,y", "any target can take the key");
var t = {};
for (t.key in { z: 1 });
same(t.key, "z", "a property as target");
same(typeof k, "string", "keys are texts");
same((function () { for (var k in { a: 1, b: 2 }) return k; })(), "a", "return out of it");
r = "";
for (k in { a: 1, b: 2, c: 3 }) { if (k === "b") continue; r += k; }
same(r, "ac", "continue");
for (k in { a: 1, b: 2, c: 3 }) { if (k === "b") break; }
same(k, "b", "break");
r = "";
for (k in { a: 1, b: 2 }) for (var m in { c: 1, d: 2 }) r += k + m;
same(r, "acadbcbd", "nested");
arr = [1, 2];
arr.extra = 1;
same(keys(arr), "0,1,extra", "named property of an array");
function F() { this.own = 1; }
F.prototype.inherited = 1;
same(keys(new F()), "own,inherited", "of a constructor");
same(keys(function () {}), "", "a function has none");
function g() {}
g.a = 1;
same(keys(g), "a", "but those that are added");
same(keys(Math) + keys(Array.prototype), "", "built-ins have none");
same(keys(new String("ab")), "0,1", "wrapper of a text");
r = "";
for (k in (r += "once", { a: 1, b: 2 })) r += k;
same(r, "onceab", "the object is evaluated once");
r = [];
for (k in { a: 1, b: 2 }) (function (k) { r.push(function () { return k; }); })(k);
same(r[0]() + r[1](), "ab", "closures in it");
throws(function () { for (var k in { a: 1 }) throw new RangeError(k); }, RangeError, "throw out of it");
var sum = 0;
o = {};
for (i = 0; i < 50; i++) o["k" + i] = i;
for (k in o) sum += o[k];
same(sum, 1225, "fifty keys");
