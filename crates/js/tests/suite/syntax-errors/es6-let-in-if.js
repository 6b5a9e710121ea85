// SyntaxError: let as the body of an if.
if (1) let a = 1;
