// SyntaxError: the same label inside itself.
a: a: for (;;) break a;
