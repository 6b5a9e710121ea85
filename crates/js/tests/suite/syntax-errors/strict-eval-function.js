// SyntaxError: a function named eval in strict code.
'use strict'; function eval() { }
