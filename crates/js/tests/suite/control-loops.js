// if, while, do, for.
function cond(x) { if (x > 0) return "pos"; else if (x < 0) return "neg"; else return "zero"; }
same(cond(1) + cond(-1) + cond(0), "posnegzero", "else if");
var r = "";
if (1) if (0) r = "a"; else r = "b";
same(r, "b", "else belongs to the inner if");
var i = 0, n = 0;
while (i < 5) { i++; if (i === 2) continue; if (i === 4) break; n += i; }
same(n, 4, "while with continue and break");
same(i, 4, "left at the break");
i = 0;
do i++; while (i < 3);
same(i, 3, "do");
i = 10;
do i++; while (false);
same(i, 11, "do runs once");
i = 0;
do { i++; if (i < 3) continue; break; } while (true);
same(i, 3, "continue goes to the condition");
for (i = 0, n = 0; i < 4; i++) n += i;
same(n, 6, "for");
for (var j = 0, k = 10; j < k; j++, k--);
same(j, 5, "for with two variables and no body");
for (;;) { if (j++ > 7) break; }
same(j, 9, "for without parts");
n = 0;
for (i = 0; i < 10; i++) { if (i % 2) continue; n += i; }
same(n, 20, "continue runs the update");
n = 0;
for (i = 0; i < 3; i++) for (j = 0; j < 3; j++) { if (j === 1) break; n++; }
same(n, 3, "break leaves the inner loop");
function find(arr, x) { for (var i = 0; i < arr.length; i++) if (arr[i] === x) return i; return -1; }
same(find([5, 6, 7], 7), 2, "return out of a loop");
same(find([], 1), -1, "empty loop");
var text = "";
for (i = 3; i--;) text += i;
same(text, "210", "condition with effect");
i = 5;
while (i-- > 0) ;
same(i, -1, "empty body");
n = 0;
for (i = 0.5; i < 3; i += 0.5) n++;
same(n, 5, "fractional steps");
n = 0;
for (i = 2147483645; i < 2147483650; i++) n++;
same(n, 5, "across int32");
for (i = "a"; i.length < 4; i += "a");
same(i, "aaaa", "loop over a text");
n = 0;
for (var x in { a: 1, b: 2 }) for (var y in { c: 1, d: 2 }) n++;
same(n, 4, "nested for-in");
var fns = 0;
for (i = 0; i < 2; i++) { (function () { for (var i = 0; i < 3; i++) fns++; })(); }
same(fns, 6, "inner function with its own variable");
var prev = 0, cur = 1;
for (i = 0; i < 30; i++) { var next = prev + cur; prev = cur; cur = next; }
same(prev, 832040, "Fibonacci");
var sieve = [], primes = 0;
for (i = 2; i < 100; i++) { if (!sieve[i]) { primes++; for (j = i * i; j < 100; j += i) sieve[j] = true; } }
same(primes, 25, "sieve");
function gcd(a, b) { while (b) { var t = a % b; a = b; b = t; } return a; }
same(gcd(1071, 462), 21, "gcd");
function collatz(n) { var c = 0; while (n !== 1) { n = n % 2 ? 3 * n + 1 : n / 2; c++; } return c; }
same(collatz(27), 111, "Collatz");
for (i = 0; i < 1000000; i += 100000) { if (i > 500000) { break; } }
same(i, 600000, "large steps");
