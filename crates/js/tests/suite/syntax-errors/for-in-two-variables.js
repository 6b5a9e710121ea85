// SyntaxError: for-in with two variables.
for (var a, b in {}) ;
