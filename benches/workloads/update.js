// The alarm of examples/alarm.js without what a person reads, filled up to 1,024 bytes: what updates are measured with.
var light = saul.get_by_name("brightness"), microphone = saul.get_by_name("sound"), buzzer = saul.get_by_name("buzzer");
var ringing = false, alarms = 0;
function ring() {
    ringing = true;
    alarms += 1;
    buzzer.write(30);
    print("alarm " + alarms);
    coap.request("coap://[2001:db8::1]/coap", coap.method.POST, "ALARM!");
}
function listen() {
    if (ringing || light.read() < 800) return;
    if (microphone.sample(200).max > 700) ring(); else print("light, but no noise");
}
light.on_threshold(800, function () { timer.setTimeout(listen, 20000); });
coap.register_handler("/alarm", coap.method.PUT, function () {
    ringing = false;
    buzzer.write(0);
    print("ended by the guard");
});
print("watching");
//............................................................................................................................................................................
