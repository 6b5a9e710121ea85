// SyntaxError: if without parentheses.
if true ;
