// SyntaxError: a bracket that does not close.
[1, 2;
