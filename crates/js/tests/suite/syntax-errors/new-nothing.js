// SyntaxError: new without a constructor.
new ;
