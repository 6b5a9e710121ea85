// SyntaxError: a literal cannot be incremented.
1++;
