// SyntaxError: parenthesis and bracket.
(1];
