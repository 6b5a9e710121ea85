// SyntaxError: continue in a switch without a loop.
switch (1) { case 1: continue; }
