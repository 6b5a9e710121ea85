// SyntaxError: deleting a parameter in strict code.
function f(a) { 'use strict'; delete a; }
