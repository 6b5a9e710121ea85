// SyntaxError: a statement before the first case.
switch (1) { 1; }
