// SyntaxError: a literal is no assignment target.
1 = 2;
