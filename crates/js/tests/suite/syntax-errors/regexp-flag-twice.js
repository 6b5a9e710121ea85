/a/gg;
