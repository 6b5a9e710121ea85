// SyntaxError: the directive comes after the parameters.
function f(a, b, a) { 'use strict'; }
