// SyntaxError: for-in over a literal target.
for (1 in {}) ;
