// SyntaxError: static is reserved in strict code.
function f(static) { 'use strict'; }
