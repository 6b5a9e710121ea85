// SyntaxError: two defaults in a switch.
switch (1) { default: ; default: ; }
