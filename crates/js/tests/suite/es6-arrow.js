// Arrow functions.
const inc = x => x + 1;
same(inc(1), 2, "one parameter");
same((() => 5)(), 5, "none");
same(((a, b) => a * b)(3, 4), 12, "two");
same((x => { return x + 2; })(1), 3, "with a body");
same((x => { x; })(1), undefined, "a body returns nothing by itself");
same((x => ({ v: x }))(4).v, 4, "an object in parentheses");
same([1, 2, 3].map(x => x * x).join(), "1,4,9", "as callback");
same((x => y => z => x + y + z)(1)(2)(3), 6, "curried");
function F() { this.v = 1; this.get = () => this.v; }
const f = new F();
same(f.get(), 1, "this of where it was written");
same(f.get.call({ v: 2 }), 1, "call does not change it");
same((0, f.get)(), 1, "nor does taking it off");
function args() { return (() => arguments[0])(9); }
same(args(7), 7, "arguments of the function around");
function deep() { return (() => (() => this.k + arguments.length)())(); }
same(deep.call({ k: 5 }, 1, 2), 7, "two arrows deep");
throws(() => { new (() => 1)(); }, TypeError, "no constructor");
same((() => {}).hasOwnProperty("prototype"), false, "no prototype");
same(((a, b) => 1).length, 2, "length");
same(typeof (() => 1), "function", "typeof");
same((() => 1) instanceof Function, true, "instance of Function");
same((a => b => a ? b : -b)(true)(3), 3, "conditional as body");
same(((a) => a)(2), 2, "one in parentheses");
same((async => async + 1)(1), 2, "a contextual word as parameter");
same((() => { "use strict"; return typeof this; })(), "object", "strict arrow keeps this");
const o = { v: 3, arrow: () => typeof this, method: function () { return (() => this.v)(); } };
same(o.method(), 3, "inside a method");
same(o.arrow(), "object", "as a method it has the outer this");
same([3, 1, 2].sort((a, b) => a - b).join(), "1,2,3", "as comparison");
same([1, 2, 3, 4].filter(x => x % 2 === 0).reduce((a, b) => a + b, 0), 6, "a chain");
const fact = n => n < 2 ? 1 : n * fact(n - 1);
same(fact(6), 720, "recursion");
const compose = (...fs) => x => fs.reduceRight((v, g) => g(v), x);
same(compose(x => x + 1, x => x * 2)(5), 11, "composition");
same((x => (x, 2))(1), 2, "comma in parentheses");
same(((x) =>
  x + 1)(1), 2, "body on the next line");
const nested = () => () => () => "in";
same(nested()()(), "in", "arrows that give arrows");
let self = this;
same((() => this === self)(), true, "at the top");
same((() => { try { throw 1; } catch (e) { return e; } })(), 1, "statements in the body");
same((a => [a, a + 1])(1).join(), "1,2", "an array as body");
same((a => a in { k: 1 })("k"), true, "in as body");
same((a => typeof a)(1), "number", "typeof as body");
same((a => b = a)(4), 4, "an assignment as body");
var b;
same(b, 4, "which took place");
same(((a, b = a + 1, ...c) => a + b + c.length)(1), 3, "default and rest");
same((({ x, y }) => x + y)({ x: 1, y: 2 }), 3, "destructuring parameter");
same((([p, q]) => p - q)([5, 3]), 2, "array pattern");
same((1, x => x)(3), 3, "after a comma");
same((true ? x => x + 1 : x => x)(1), 2, "in a conditional");

var named = (function () {}), arrow = (() => 1), both = ((a) => a), comma = (0, function () {});
same(named.name + arrow.name + both.name + comma.name, "namedarrowboth", "names through parentheses");
