// SyntaxError: an octal escape in strict code.
'use strict'; var a = '\01';
