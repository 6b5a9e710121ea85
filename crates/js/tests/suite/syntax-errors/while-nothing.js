// SyntaxError: while without condition.
while () ;
