// The generic methods of arrays go by any length from 0 to 2^53 - 1; the length of an array is a 32-bit number.
var obj = { 0: "a", 1: "b", length: -1 };
same(Array.prototype.join.call(obj), "", "a negative length is none");
same(Array.prototype.push.call({ length: -5 }, 1), 1, "push from a negative length");
same(Array.prototype.indexOf.call({ 0: 1, length: NaN }, 1), -1, "NaN is no length");
obj = { 4294967296: "x", length: 4294967297 };
same(Array.prototype.pop.call(obj), "x", "pop beyond 32 bits");
same(obj.length, 4294967296, "length beyond 32 bits");
same(Array.prototype.lastIndexOf.call({ 9007199254740990: 1, length: Infinity }, 1), 9007199254740990, "largest index");
same(Array.prototype.push.call({ length: 4294967296 }, "x"), 4294967297, "push beyond 32 bits");
throws(function () { Array.prototype.map.call({ length: 4294967296 }, function () {}); }, RangeError, "map makes an array");

var asked = 0;
same([].indexOf(1, { valueOf: function () { asked++; } }), -1, "nothing to find");
same([].lastIndexOf(1, { valueOf: function () { asked++; } }), -1, "nothing to find from the end");
same(asked, 0, "an empty array asks for no start");
same(1 / [true].indexOf(true, -0), Infinity, "no minus zero");
same(1 / [true].lastIndexOf(true, -0), Infinity, "no minus zero from the end");
same(Array.prototype.every.call({ length: { valueOf: function () { return 1; } }, 0: 1 }, function (v) { return v === 1; }), true, "length is an object");

var a = [1, 2, 3];
Object.defineProperty(a, "length", { value: { valueOf: function () { return 2; } } });
same(a.length, 2, "length from an object");
Object.defineProperty(a, "length", { value: "1" });
same(a.length, 1, "length from a text");
throws(function () { Object.defineProperty(a, "length", { value: -1, configurable: true }); }, RangeError, "the range comes first");
a = [0, 1];
Object.defineProperty(a, 1, { configurable: false });
throws(function () { Object.defineProperty(a, "length", { value: 0, writable: false }); }, TypeError, "an element that stays");
same(Object.getOwnPropertyDescriptor(a, "length").writable, false, "read-only nevertheless");
same(a.length, 2, "the element stayed");

var o = {};
Object.defineProperty(o, [1, 2], { value: 3 });
same(o["1,2"], 3, "an array as a key");
Object.defineProperty(o, { toString: function () { return "k"; } }, { value: 4 });
same(o.k, 4, "an object as a key");
throws(function () { Array.prototype.slice.call({ length: 4294967296 }); }, RangeError, "slice makes an array");
throws(function () { Array.prototype.splice.call({ length: 4294967296 }, 0); }, RangeError, "splice makes an array");
same(Array.prototype.slice.call({ length: 3 }).length, 3, "slice of holes");

// An index that is no small integer makes an array sparse, whatever moves meanwhile.
var far = [1, 2, 3], index = "42949" + 67290;
far[index] = 4;
same(far[index], 4, "found by the same key");
same(far.length, 4294967291, "the length follows it");
same(Object.keys(far).join(), "0,1,2," + index, "no other key");
Object.defineProperty(far, 1, { configurable: false });
far.length = 0;
same(far.length, 2, "what cannot be deleted stops it");
same(Object.keys(far).join(), "0,1", "nothing above it");
