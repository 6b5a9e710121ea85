// SyntaxError: a backslash alone.
\;
