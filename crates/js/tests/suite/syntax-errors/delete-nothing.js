// SyntaxError: delete without a value.
delete ;
