// SyntaxError: assigning to arguments in strict code.
function f() { 'use strict'; arguments = 1; }
