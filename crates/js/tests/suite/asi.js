// Automatic semicolon insertion.
var a = 1
var b = 2
same(a + b, 3, "line end ends a statement")
var c = a
+ b
same(c, 3, "unless the next token goes on")
a
++
b
same(a, 1, "no postfix operator across a line end")
same(b, 3, "it belongs to the next line")
a = b
--c
same(a, 3, "nor --")
same(c, 2, "so c is decremented")
function f() {
  return
  1
}
same(f(), undefined, "return ends at the line end")
function g() { return 5 }
same(g(), 5, "a brace ends a statement")
var h = function () { return 6 }
same(h(), 6, "a function expression does not need one")
{ a = 7 } same(a, 7, "closing brace inserts one")
do a++; while (a < 10) same(a, 10, "do-while needs none behind")
var i
for (i = 0; i < 3; i++) {}
same(i, 3, "for needs its two")
if (a) b = 1
else b = 2
same(b, 1, "before else")
var o = {
  x: 1
}
same(o.x, 1, "after an object literal")
var arr = [1, 2]
same(arr
[0], 1, "brackets on the next line go on")
same(g
(), 5, "so do parentheses")
var s = "a"
  + "b"
  + "c"
same(s, "abc", "operators at the start of lines")
var t = a ?
  1 :
  2
same(t, 1, "operators at the end of lines")
var outer = 0
outer: for (i = 0; i < 5; i++) {
  for (;;) {
    if (i == 2) break
    outer
    i++
  }
  break
}
same(i, 2, "break ends at the line end, a label behind is an expression");
(function () {
  var n = 0
  loop: for (i = 0; i < 3; i++) {
    n++
    continue
    loop
  }
  same(n, 3, "continue too")
})()
var r = ""
try { throw /* comment on the same line */ "x" } catch (e) { r = e }
same(r, "x", "throw takes the same line")
var p = 1 /* a comment
with a line end */ var q = 2
same(p + q, 3, "a comment that holds a line end counts as one")
;;;
same(typeof p, "number", "empty statements")
var get
same(get, undefined, "contextual words are identifiers")
var z = 1; var y = z
++z
same(y, 1, "prefix on the next line")
same(z, 2, "applies to what follows it")
if (false);
else z = 9
same(z, 9, "empty statement as a branch")
