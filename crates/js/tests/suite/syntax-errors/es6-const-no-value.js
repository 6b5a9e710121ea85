// SyntaxError: const without a value.
const a;
