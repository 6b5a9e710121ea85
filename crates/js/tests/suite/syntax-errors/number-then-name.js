// SyntaxError: a name right behind a number.
3in [];
