// SyntaxError: for-of with two variables.
for (var a, b of []) ;
