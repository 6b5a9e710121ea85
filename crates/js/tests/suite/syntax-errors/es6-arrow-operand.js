// SyntaxError: an arrow is no operand.
1 + () => 1;
