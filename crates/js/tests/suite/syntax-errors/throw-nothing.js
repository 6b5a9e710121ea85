// SyntaxError: throw without a value.
throw;
