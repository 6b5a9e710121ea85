// SyntaxError: const without a value in a for.
for (const a; ; ) ;
