// encodeURI and its three (cargo feature `uri`).
same(encodeURIComponent("a b&c=d/e?é€😀"), "a%20b%26c%3Dd%2Fe%3F%C3%A9%E2%82%AC%F0%9F%98%80", "encodeURIComponent");
same(encodeURI("coap://[::1]/a b?c=d&e#f"), "coap://%5B::1%5D/a%20b?c=d&e#f", "encodeURI leaves what has a meaning");
same(encodeURI(";/?:@&=+$,#-_.!~*'()azAZ09"), ";/?:@&=+$,#-_.!~*'()azAZ09", "what is not encoded");
same(encodeURIComponent(";/?:@&=+$,#-_.!~*'()"), "%3B%2F%3F%3A%40%26%3D%2B%24%2C%23-_.!~*'()", "in a component it is");
same(encodeURI("%\n\0"), "%25%0A%00", "the escape's own sign");
same(decodeURIComponent("a%20b%26c%c3%a9%E2%82%AC%F0%9F%98%80"), "a b&cé€😀", "decodeURIComponent");
same(decodeURI("%41%23%2f%3F%3a%40%26%3d%2B%24%2c%3B%25"), "A%23%2f%3F%3a%40%26%3d%2B%24%2c%3B%", "decodeURI leaves what would get a meaning, as it is written");
same(decodeURI("é😀"), "é😀", "what is no escape stays");
same(encodeURIComponent(), "undefined", "of nothing");
same(decodeURI({ toString: function () { return "%41"; } }), "A", "a text is made");
throws(function () { encodeURI("a\ud800"); }, URIError, "half a pair");
throws(function () { encodeURIComponent("\udc00\ud800"); }, URIError, "the wrong way round");
var bad = ["%", "%4", "%GG", "%C3", "%C3%28", "%C3x41", "%80", "%BF", "%FF", "%F8%80%80%80", "%C0%80", "%E0%80%80", "%ED%A0%80", "%F0%80%80%80", "%F4%90%80%80", "%F7%BF%BF%BF", "%E2%82", "%E2%82%A", "x%"];
for (var i = 0; i < bad.length; i++) {
  throws(function () { decodeURI(bad[i]); }, URIError, "decodeURI " + bad[i]);
  throws(function () { decodeURIComponent(bad[i]); }, URIError, "decodeURIComponent " + bad[i]);
}
same(encodeURI.length + decodeURI.length + encodeURIComponent.length + decodeURIComponent.length, 4, "length");
same(encodeURI.name + decodeURIComponent.name, "encodeURIdecodeURIComponent", "name");
var text = "";
for (i = 1; i < 0x800; i += 3) text += String.fromCharCode(i);
same(decodeURIComponent(encodeURIComponent(text)), text, "there and back");
