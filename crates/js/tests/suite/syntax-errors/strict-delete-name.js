// SyntaxError: deleting a variable in strict code.
'use strict'; var a; delete a;
