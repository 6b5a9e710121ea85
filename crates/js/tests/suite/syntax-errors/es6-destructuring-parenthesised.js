// SyntaxError: an object pattern in parentheses.
({ a }) = {};
