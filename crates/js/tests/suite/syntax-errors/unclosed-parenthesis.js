// SyntaxError: a parenthesis that does not close.
(1 + 2;
