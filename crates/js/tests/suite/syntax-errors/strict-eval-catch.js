// SyntaxError: a catch variable named eval in strict code.
'use strict'; try { } catch (eval) { }
