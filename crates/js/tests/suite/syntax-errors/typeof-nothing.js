// SyntaxError: typeof without a value.
typeof ;
