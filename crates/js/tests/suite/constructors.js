// new, constructors and what they return.
function P(x, y) { this.x = x; this.y = y; }
P.prototype.sum = function () { return this.x + this.y; };
var p = new P(1, 2);
same(p.sum(), 3, "arguments and method");
same(new P(5).y, undefined, "missing argument");
same((new P).x, undefined, "without parentheses");
same(new P(1, 2).sum(), 3, "member after new with arguments");
function R() { this.a = 1; return { a: 2 }; }
same(new R().a, 2, "a returned object replaces this");
function S() { this.a = 1; return 5; }
same(new S().a, 1, "a returned primitive does not");
function T() { return function () { return 7; }; }
same(new T()(), 7, "a returned function does");
function U() { return null; }
same(typeof new U(), "object", "null does not");
same(new U() !== null, true, "it is a new object");
var ns = { inner: { C: function (v) { this.v = v; } } };
same(new ns.inner.C(4).v, 4, "constructor by path");
same(new (function () { return P; }())(3, 4).x, 3, "constructor from a call");
same(new new Function0()().z, 1, "new new");
function Function0() { return function () { this.z = 1; }; }
throws(function () { new 5; }, TypeError, "number is no constructor");
throws(function () { new undefined(); }, TypeError, "undefined is none");
throws(function () { new {}(); }, TypeError, "object is none");
throws(function () { new Math.abs(1); }, TypeError, "built-in method is none");
throws(function () { new parseInt("1"); }, TypeError, "parseInt is none");
same(P(1, 2), undefined, "called without new");
same(x, 1, "this was the global object");
same(p instanceof P, true, "instanceof");
same(p.constructor === P, true, "constructor property");
P.prototype = 5;
same(Object.getPrototypeOf(new P()), Object.prototype, "a prototype that is no object is ignored");
function Base(n) { this.n = n; }
Base.prototype.who = function () { return "base" + this.n; };
function Derived(n) { Base.call(this, n); this.d = true; }
Derived.prototype = Object.create(Base.prototype);
Derived.prototype.constructor = Derived;
Derived.prototype.who = function () { return "derived " + Base.prototype.who.call(this); };
var d = new Derived(3);
same(d.who(), "derived base3", "overriding and calling the base");
same(d instanceof Base && d instanceof Derived, true, "instance of both");
same(d.constructor, Derived, "constructor set right");
function Safe(v) { if (!(this instanceof Safe)) return new Safe(v); this.v = v; }
same(Safe(1).v + new Safe(2).v, 3, "with or without new");
var order = "";
function Arg(t) { order += t; return t; }
new P(Arg("a"), Arg("b"));
same(order, "ab", "arguments left to right");
function Throwing() { throw new RangeError("c"); }
throws(function () { new Throwing(); }, RangeError, "a constructor throws");
function Count() { Count.n++; }
Count.n = 0;
for (var i = 0; i < 10; i++) new Count();
same(Count.n, 10, "property of the constructor");
same(new Object().constructor, Object, "new Object");
same(new Array(3).length, 3, "new Array with a length");
same(new Array(1, 2).join(), "1,2", "new Array with elements");
same(Array(2).length, 2, "Array without new");
var bound = function (a, b) { this.s = a + b; }.bind(null, 1);
same(new bound(2).s, 3, "new of a bound function");
