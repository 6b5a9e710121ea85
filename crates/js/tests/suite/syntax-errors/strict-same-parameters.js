// SyntaxError: two parameters of one name in strict code.
'use strict'; function f(a, a) { }
