// SyntaxError: break outside of a loop.
break;
