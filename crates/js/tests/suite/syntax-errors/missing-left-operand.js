// SyntaxError: an operator without left side.
* 2;
