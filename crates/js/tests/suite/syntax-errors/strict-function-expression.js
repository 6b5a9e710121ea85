// SyntaxError: a strict function expression.
(function () { 'use strict'; with ({}) { } });
