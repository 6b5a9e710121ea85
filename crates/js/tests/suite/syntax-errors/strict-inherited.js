// SyntaxError: an inner function is strict too.
'use strict'; function f() { function g() { var a = 010; } }
