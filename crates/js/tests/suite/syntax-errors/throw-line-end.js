// SyntaxError: throw needs its value on the same line.
throw
1;
