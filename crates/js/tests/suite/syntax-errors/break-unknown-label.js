// SyntaxError: a label that is not there.
a: for (;;) break b;
