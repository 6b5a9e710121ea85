// SyntaxError: two binary operators.
1 * / 2;
