// SyntaxError: incrementing arguments in strict code.
function f() { 'use strict'; arguments++; }
