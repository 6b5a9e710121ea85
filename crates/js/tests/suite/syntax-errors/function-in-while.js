while (0) function f() {}
