/a/u;
