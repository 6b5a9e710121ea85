// The arguments object of sloppy functions: mapped to the parameters.
function len() { return arguments.length; }
same(len(), 0, "none");
same(len(1, undefined), 2, "undefined counts");
function get(i) { return arguments[i]; }
same(get(2, "a", "b"), "b", "by index");
same(get(5), undefined, "beyond");
function more(a, b) { return arguments.length + (b === undefined ? "u" : "d"); }
same(more(1), "1u", "missing parameter is undefined");
same(more(1, 2, 3), "3d", "extra arguments are there");
function write(a) { arguments[0] = 9; return a; }
same(write(1), 9, "writing an argument changes the parameter");
function writeBack(a) { a = 8; return arguments[0]; }
same(writeBack(1), 8, "and the other way");
function unmappedMissing(a) { arguments[0] = 9; return a; }
same(unmappedMissing(), undefined, "a parameter without argument is not mapped");
function unmappedMissing2(a) { a = 9; return arguments[0]; }
same(unmappedMissing2(), undefined, "nor the other way");
function del(a) { delete arguments[0]; arguments[0] = 5; return a; }
same(del(1), 1, "delete ends the mapping");
function del2(a) { delete arguments[0]; a = 7; return "" + arguments[0] + (0 in arguments); }
same(del2(1), "undefinedfalse", "deleted is gone");
function lenWritable() { arguments.length = 1; return arguments.length; }
same(lenWritable(1, 2, 3), 1, "length can be written");
function enumerate() { var r = ""; for (var k in arguments) r += k; return r; }
same(enumerate("x", "y"), "01", "length is not enumerated");
function callee(n) { return n < 2 ? 1 : n * arguments.callee(n - 1); }
same(callee(5), 120, "callee");
function kind() { return Object.prototype.toString.call(arguments); }
same(kind(), "[object Arguments]", "class");
same((function () { return arguments instanceof Array; })(), false, "no array");
same((function () { return arguments instanceof Object; })(), true, "an object");
same((function () { return Array.prototype.slice.call(arguments, 1).join(); })(1, 2, 3), "2,3", "slice of arguments");
same((function () { return Array.prototype.join.call(arguments, "-"); })(1, 2), "1-2", "join of arguments");
function pass() { return len.apply(null, arguments); }
same(pass(1, 2, 3), 3, "passed on with apply");
function twoSame(a, a) { return a; }
same(twoSame(1, 2), 2, "the last of two equal names");
function keep(a) { var args = arguments; return function () { a++; return args[0]; }; }
same(keep(1)(), 2, "mapping outlives the call");
function nested() { return (function () { return arguments.length; })(1) + arguments.length; }
same(nested(1, 2), 3, "each function has its own");
function asVar() { var r = typeof arguments; var arguments = 3; return r + typeof arguments; }
same(asVar(), "objectnumber", "may be assigned");
function param(arguments) { return arguments; }
same(param(4), 4, "a parameter of that name");
same((function (a, b) { arguments[1] = 3; return b; })(1), undefined, "index beyond the arguments given");
same((function (a) { arguments[1] = 3; return arguments.length + arguments[1]; })(1), 4, "an index added does not change length");
same((function (a) { Object.defineProperty(arguments, "0", { value: 5 }); return a; })(1), 5, "defineProperty writes through");
same((function (a) { Object.defineProperty(arguments, "0", { writable: false }); a = 6; return arguments[0]; })(1), 1, "not writable ends the mapping");
same((function (a, b, c) { a = 1; b = 2; c = 3; return list(arguments); })(7, 8), "1,2", "several at once");
