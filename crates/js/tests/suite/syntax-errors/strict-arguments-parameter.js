// SyntaxError: a parameter named arguments in strict code.
'use strict'; function f(arguments) { }
