// SyntaxError: for with two parts.
for (var i = 0; i < 1) ;
