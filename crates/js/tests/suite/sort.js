// Array.prototype.sort.
same([3, 1, 2].sort().join(), "1,2,3", "small numbers");
same([10, 9, 1].sort().join(), "1,10,9", "by text by default");
same(["b", "a", "C"].sort().join(), "C,a,b", "by code unit");
same([10, 9, 1].sort(function (a, b) { return a - b; }).join(), "1,9,10", "with a comparison");
same([1, 9, 10].sort(function (a, b) { return b - a; }).join(), "10,9,1", "the other way");
same(list([3, undefined, 1, undefined, 2].sort()), "1,2,3,undefined,undefined", "undefined last");
same(list([3, , 1, undefined].sort()), "1,3,undefined,_", "holes after that");
var calls = 0;
[undefined, 1, undefined].sort(function () { calls++; return 0; });
same(calls, 0, "undefined is never compared");
var a = [2, 1];
same(a.sort(), a, "gives the array itself");
same([].sort().length, 0, "nothing");
same([5].sort().join(), "5", "one");
same([true, false, null, "m"].sort().join(), "false,m,,true", "mixed as texts");
same([-1, -2, 5, 0].sort(function (x, y) { return x - y; }).join(), "-2,-1,0,5", "negative");
same([0.5, 0.25, 1.5].sort(function (x, y) { return x - y; }).join(), "0.25,0.5,1.5", "fractions");
same([2, 1].sort(undefined).join(), "1,2", "undefined comparison is the default");
throws(function () { [2, 1].sort({}); }, TypeError, "comparison that is no function");
throws(function () { [2, 1].sort(function () { throw new RangeError("c"); }); }, RangeError, "comparison that throws");
var words = ["pear", "fig", "apple", "kiwi"];
words.sort(function (x, y) { return x.length - y.length || (x < y ? -1 : 1); });
same(words.join(), "fig,kiwi,pear,apple", "two criteria");
var recs = [{ k: 2 }, { k: 3 }, { k: 1 }];
recs.sort(function (x, y) { return x.k - y.k; });
same(recs[0].k + "" + recs[1].k + recs[2].k, "123", "objects");
same([3, 1, 2].sort(function (x, y) { return x > y; }).length, 3, "a boolean comparison loses nothing");
same([1, 2, 3].sort(function () { return NaN; }).length, 3, "NaN counts as equal");
var r = 12345, big = [];
for (var i = 0; i < 100; i++) { r = (r * 1103515245 + 12345) % 2147483648; big.push(r % 1000); }
var copy = big.slice().sort(function (x, y) { return x - y; });
var ok = true, sum1 = 0, sum2 = 0;
for (i = 0; i < 100; i++) { if (i && copy[i - 1] > copy[i]) ok = false; sum1 += big[i]; sum2 += copy[i]; }
same(ok, true, "a hundred in order");
same(sum1, sum2, "none lost");
for (i = 1, ok = true; i < 100; i++) if (copy.sort(function (x, y) { return x - y; })[i - 1] > copy[i]) ok = false;
same(ok, true, "sorting what is sorted");
copy.reverse().sort(function (x, y) { return x - y; });
for (i = 1, ok = true; i < 100; i++) if (copy[i - 1] > copy[i]) ok = false;
same(ok, true, "sorting what is reversed");
var same50 = [];
for (i = 0; i < 50; i++) same50.push(7);
same(same50.sort(function (x, y) { return x - y; }).length, 50, "all equal");
same(["b", "a"].sort(function (x, y) { return ["a", "b"].indexOf(x) - ["a", "b"].indexOf(y); }).join(), "a,b", "a method call in the comparison");
same([[2, 1], [1, 2]].map(function (p) { return p.sort().join(""); }).sort().join(), "12,12", "sort inside map");
same([3, 2, 1].sort(function (x, y) { [9, 8].sort(); return x - y; }).join(), "1,2,3", "sort inside the comparison");
var obj = { length: 3, 0: "c", 1: "a", 2: "b" };
same(Array.prototype.sort.call(obj), obj, "generic");
same(obj[0] + obj[1] + obj[2], "abc", "and sorted");
var toStr = [{ toString: function () { return "b"; } }, { toString: function () { return "a"; } }];
same(toStr.sort().join(""), "ab", "objects by their text");
same([, 2, , 1].sort().length, 4, "length stays with holes");
same([3, 1, 2].sort(function (x, y) { return "" + (x - y); }).join(), "1,2,3", "the result of the comparison converts");
same([3, 1, 2].sort(function (x, y) { return { valueOf: function () { return x - y; } }; }).join(), "1,2,3", "even an object");
same([Infinity, -Infinity, 0].sort(function (x, y) { return x < y ? -1 : x > y ? 1 : 0; }).join(), "-Infinity,0,Infinity", "infinities");
// Every length that leaves a short run at the end: stable, and nothing lost.
for (var n = 2; n < 80; n++) {
  var list = [], expected = [];
  for (var i = 0; i < n; i++) list[i] = [(i * 7 + n) % 3, i];
  for (var key = 2; key >= 0; key--) for (i = 0; i < n; i++) if (list[i][0] === key) expected[expected.length] = i;
  list.sort(function (a, b) { return b[0] - a[0]; });
  var order = "";
  for (i = 0; i < n; i++) order += list[i][1] + ",";
  if (order !== expected.join(",") + ",") check(false, "sort of " + n + ": " + order);
}
check(true, "sort of every length");
