// SyntaxError: with in strict code.
'use strict'; with ({}) { }
