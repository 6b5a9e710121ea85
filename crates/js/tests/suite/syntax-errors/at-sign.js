// SyntaxError: an at sign.
@;
