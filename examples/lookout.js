// Looks at the light, and tells another mote over the radio when it changes between dark and bright.

var settings = {
    channel: 132,
    siren: "4.0",       // the mote that rings
    bright: 800,        // lux from which on it is bright
    period: 200000      // microseconds from one look to the next
};

var light = saul.get_by_name("brightness");
var mesh = stack.open(settings.channel);
var bright = false;

mesh.on_receive(function (payload, from) {
    print(from + " is " + (payload[0] === 1 ? "ringing" : "silent"));
});

timer.setInterval(function () {
    var now = light.read() >= settings.bright;
    if (now !== bright) {
        bright = now;
        mesh.send(new Uint8Array([bright ? 1 : 0]), settings.siren);
    }
    return true;
}, settings.period);
