// SyntaxError: a Unicode escape with three digits.
"\u004";
