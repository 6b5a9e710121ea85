// SyntaxError: continue to a label that is no loop.
a: { for (;;) continue a; }
