// SyntaxError: a hex escape with one digit.
"\x4";
