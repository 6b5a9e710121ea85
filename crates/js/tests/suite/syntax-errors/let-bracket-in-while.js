while (0) let
[a] = 1;
