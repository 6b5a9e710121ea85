// Building automation: light where nobody should be, then noise, is an alarm. The buzzer sounds and the cloud is told,
// until the guard ends it with a PUT to /alarm.

var settings = {
    light: 800,         // lux from which on somebody is there
    noise: 700,         // raw microphone value
    samples: 200,       // of the microphone, to tell noise from a click
    settle: 20000,      // microseconds that the light must last
    volume: 30,
    cloud: "coap://[2001:db8::1]/coap"
};

var light = saul.get_by_name("brightness");
var microphone = saul.get_by_name("sound");
var buzzer = saul.get_by_name("buzzer");
var ringing = false;
var alarms = 0;

function tellCloud() {
    var answer = coap.request(settings.cloud, coap.method.POST, "ALARM!");
    print(answer === false ? "the cloud does not answer" : "the cloud knows");
}

function ring() {
    ringing = true;
    alarms += 1;
    buzzer.write(settings.volume);
    print("alarm " + alarms);
    tellCloud();
}

function listen() {
    if (ringing || light.read() < settings.light) {
        return;
    }
    var heard = microphone.sample(settings.samples);
    if (heard.max > settings.noise) {
        ring();
    } else {
        print("light, but no noise");
    }
}

light.on_threshold(settings.light, function () {
    timer.setTimeout(listen, settings.settle);
});

coap.register_handler("/alarm", coap.method.PUT, function (method, payload) {
    ringing = false;
    buzzer.write(0);
    print("ended by the guard");
});

print("watching from " + settings.light + " lux on");
