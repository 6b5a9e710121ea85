// The arguments object of strict functions: a copy.
function write(a) { "use strict"; arguments[0] = 9; return a; }
same(write(1), 1, "writing an argument leaves the parameter");
function writeBack(a) { "use strict"; a = 8; return arguments[0]; }
same(writeBack(1), 1, "and the other way");
function len(a) { "use strict"; return arguments.length; }
same(len(), 0, "none");
same(len(1, 2, 3), 3, "all that were given");
function callee() { "use strict"; return arguments.callee; }
throws(callee, TypeError, "reading callee");
function calleeWrite() { "use strict"; arguments.callee = 1; }
throws(calleeWrite, TypeError, "writing callee");
function del(a) { "use strict"; delete arguments[0]; return "" + a + (0 in arguments); }
same(del(1), "1false", "elements can be deleted");
function kind() { "use strict"; return Object.prototype.toString.call(arguments); }
same(kind(), "[object Arguments]", "class");
function enumerate() { "use strict"; var r = ""; for (var k in arguments) r += k; return r; }
same(enumerate(5, 6), "01", "enumerated");
function lenAttr() { "use strict"; var d = Object.getOwnPropertyDescriptor(arguments, "length"); return "" + d.writable + d.enumerable + d.configurable; }
same(lenAttr(1), "truefalsetrue", "attributes of length");
function elAttr() { "use strict"; var d = Object.getOwnPropertyDescriptor(arguments, "0"); return "" + d.writable + d.enumerable + d.configurable; }
same(elAttr(1), "truetruetrue", "attributes of an element");
same((function () { "use strict"; return (function (a) { arguments[0] = 2; return a; })(1); })(), 1, "strictness is inherited");
same((function (a) { arguments[0] = 2; return (function () { "use strict"; return arguments.length; })(1, 2) + a; })(1), 4, "sloppy outside, strict inside");
function slice() { "use strict"; return Array.prototype.slice.call(arguments, 1).join(); }
same(slice(1, 2, 3), "2,3", "slice");
function apply() { "use strict"; return Math.max.apply(null, arguments); }
same(apply(3, 9, 4), 9, "apply");
function keep(a) { "use strict"; var args = arguments; return function () { a++; return args[0] + a; }; }
same(keep(1)(), 3, "captured copy");
function missing(a, b) { "use strict"; b = 5; return arguments[1]; }
same(missing(1), undefined, "missing argument");
function over() { "use strict"; arguments[3] = 1; return arguments.length; }
same(over(1), 1, "an added index");
function proto() { "use strict"; return Object.getPrototypeOf(arguments) === Object.prototype; }
same(proto(), true, "prototype");
