// SyntaxError: spread in parentheses.
(...[]);
