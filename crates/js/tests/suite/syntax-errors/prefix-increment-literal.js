// SyntaxError: a literal cannot be incremented, prefix.
++1;
