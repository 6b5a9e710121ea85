// SyntaxError: continue outside of a loop.
continue;
