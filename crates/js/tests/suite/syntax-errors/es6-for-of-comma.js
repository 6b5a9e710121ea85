// SyntaxError: for-of over a comma.
for (var a of [], []) ;
