// SyntaxError: a variable named eval in strict code.
'use strict'; var eval = 1;
