// SyntaxError: this is no assignment target.
this = 1;
