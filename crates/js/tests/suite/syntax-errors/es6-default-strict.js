// SyntaxError: a directive in a function with defaults.
function f(a = 1) { 'use strict'; }
