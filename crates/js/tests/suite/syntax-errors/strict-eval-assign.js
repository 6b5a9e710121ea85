// SyntaxError: assigning to eval in strict code.
'use strict'; eval = 1;
