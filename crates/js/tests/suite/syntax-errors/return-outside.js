// SyntaxError: return outside of a function.
return 1;
