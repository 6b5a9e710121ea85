// SyntaxError: a parenthesis too many.
1);
