// == and === tables.
var kinds = [undefined, null, false, true, 0, 1, "", "0", "1"];
function table(eq) {
  var rows = [];
  for (var i = 0; i < kinds.length; i++) {
    var row = "";
    for (var j = 0; j < kinds.length; j++) row += eq(kinds[i], kinds[j]) ? "1" : "0";
    rows[i] = row;
  }
  return rows;
}
var loose = table(function (a, b) { return a == b; });
var strict = table(function (a, b) { return a === b; });
same(loose[0], "110000000", "undefined ==");
same(loose[1], "110000000", "null ==");
same(loose[2], "001010110", "false ==");
same(loose[3], "000101001", "true ==");
same(loose[4], "001010110", "0 ==");
same(loose[5], "000101001", "1 ==");
same(loose[6], "001010100", "'' ==");
same(loose[7], "001010010", "'0' ==");
same(loose[8], "000101001", "'1' ==");
same(list(strict), "100000000,010000000,001000000,000100000,000010000,000001000,000000100,000000010,000000001", "=== only the same");
same(NaN == NaN, false, "NaN ==");
same(NaN === NaN, false, "NaN ===");
same(NaN != NaN, true, "NaN !=");
same(0 === -0, true, "zeros ===");
same(1 === 1.0, true, "integer and double ===");
same(0.5 + 0.5 === 1, true, "computed one");
same("a" + "b" === "ab", true, "built text ===");
same("ab" == "ba", false, "other text");
var o = {}, p = {};
same(o == p, false, "two objects ==");
same(o === o, true, "itself");
same(o != p, true, "two objects !=");
same([1] == 1, true, "array of one == number");
same([1, 2] == "1,2", true, "array == text");
same([] == false, true, "empty array == false");
same([] == ![], true, "the famous one");
same({} == "[object Object]", true, "object == its text");
same({ valueOf: function () { return 7; } } == 7, true, "valueOf");
same({ toString: function () { return "7"; } } == 7, true, "toString, then to a number");
same(new Number(1) == 1, true, "wrapper ==");
same(new Number(1) === 1, false, "wrapper ===");
same(new String("a") == new String("a"), false, "two wrappers");
same(null == 0, false, "null is not 0");
same(null == {}, false, "null is no object");
same(undefined == 0, false, "undefined is not 0");
same("" == 0, true, "empty text is 0");
same(" \n" == 0, true, "blank text is 0");
same("0x10" == 16, true, "hex text");
same("1e2" == 100, true, "exponent text");
same(true == "true", false, "true is 1, 'true' is NaN");
same(1 == "one", false, "text that is no number");
same((function () {}) === (function () {}), false, "two functions");
