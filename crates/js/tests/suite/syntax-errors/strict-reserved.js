// SyntaxError: interface is reserved in strict code.
'use strict'; var interface = 1;
