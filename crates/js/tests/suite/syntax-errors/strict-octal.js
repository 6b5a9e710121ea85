// SyntaxError: an octal literal in strict code.
'use strict'; var a = 010;
