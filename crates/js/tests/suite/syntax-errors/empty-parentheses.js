// SyntaxError: parentheses around nothing.
();
