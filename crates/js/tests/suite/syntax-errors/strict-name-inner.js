// SyntaxError: the directive comes after the name.
function eval() { 'use strict'; }
