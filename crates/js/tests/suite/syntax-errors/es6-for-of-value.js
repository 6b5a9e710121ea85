// SyntaxError: for-of with a first value.
for (var a = 1 of []) ;
