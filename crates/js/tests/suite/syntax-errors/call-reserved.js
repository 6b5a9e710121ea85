// SyntaxError: a reserved word as argument.
f(var);
