// SyntaxError: else without if.
else ;
