// Error objects.
var kinds = [Error, TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError];
var names = ["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError"];
for (var i = 0; i < kinds.length; i++) {
  var e = new kinds[i]("msg");
  same(e.name, names[i], names[i] + " name");
  same(e instanceof Error, true, names[i] + " is an Error");
  same(String(e), names[i] + ": msg", names[i] + " as text");
}
var err = new Error("m");
same(err.message, "m", "message");
same(err.hasOwnProperty("message"), true, "message is its own");
same(err.hasOwnProperty("name"), false, "name is not");
same(new Error().message, "", "no message is empty");
same(new Error().hasOwnProperty("message"), false, "and not its own");
same(new Error(undefined).hasOwnProperty("message"), false, "nor with undefined");
same(new Error(5).message, "5", "message is a text");
same(Error("f") instanceof Error, true, "without new");
same(TypeError("f") instanceof TypeError, true, "TypeError without new");
same(String(new Error()), "Error", "text without message");
var d = Object.getOwnPropertyDescriptor(err, "message");
same("" + d.writable + d.enumerable + d.configurable, "truefalsetrue", "attributes of message");
same(err.constructor, Error, "constructor");
same(new RangeError().constructor, RangeError, "constructor of a kind");
same(Object.prototype.toString.call(err), "[object Error]", "class");
same(new TypeError() instanceof RangeError, false, "kinds are apart");
err.name = "Mine";
same(String(err), "Mine: m", "name of its own");
err.name = "";
same(String(err), "m", "empty name");
same(Error.prototype.toString.call({ name: "N", message: "M" }), "N: M", "toString is generic");
same(Error.prototype.toString.call({}), "Error", "of an empty object");
same(Error.prototype.name, "Error", "prototype's name");
same(Error.prototype.message, "", "prototype's message");
function caught(f) { try { f(); } catch (e) { return e; } }
same(caught(function () { notDefined; }).name, "ReferenceError", "name of one that the engine throws");
same(caught(function () { null.x; }) instanceof TypeError, true, "kind of one that the engine throws");
same(caught(function () { new Array(-1); }).constructor, RangeError, "its constructor");
same(typeof caught(function () { null.x; }).message, "string", "it has a message");
same(caught(function () { notDefined; }).message.indexOf("notDefined") >= 0, true, "which names the variable");
same(Object.keys(new Error("m")).length, 0, "nothing enumerable");
