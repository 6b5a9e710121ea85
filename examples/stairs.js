// Light on the stairs: the button, or a PUT to /stairs, turns the lamp on; it goes out by itself.

var stay = 5000000;     // microseconds

var lamp = saul.get_by_name("lamp");
var button = saul.get_by_name("button");
var out = null;

function goOut() {
    lamp.write(0);
    out = null;
}

function light() {
    if (out) {
        out.clear();
    }
    lamp.write(1);
    out = timer.setTimeout(goOut, stay);
}

button.on_threshold(1, light);
coap.register_handler("/stairs", coap.method.PUT, light);
