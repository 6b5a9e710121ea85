// SyntaxError: let is reserved in strict code.
'use strict'; var let = 1;
