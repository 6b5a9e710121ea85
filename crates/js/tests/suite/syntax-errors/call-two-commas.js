// SyntaxError: two commas among arguments.
f(1,, 2);
