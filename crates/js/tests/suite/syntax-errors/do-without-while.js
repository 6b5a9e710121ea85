// SyntaxError: do without while.
do { } 1;
