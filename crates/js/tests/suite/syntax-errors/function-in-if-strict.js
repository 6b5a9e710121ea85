"use strict"; if (0) function f() {}
