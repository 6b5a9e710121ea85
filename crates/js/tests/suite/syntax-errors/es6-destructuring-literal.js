// SyntaxError: a literal in a pattern.
[1] = [];
