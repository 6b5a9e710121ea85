// SyntaxError: an octal escape before the directive.
function f() { '\01'; 'use strict'; }
