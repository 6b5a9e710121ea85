// SyntaxError: case outside of a switch.
case 1: ;
