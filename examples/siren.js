// Rings when a lookout says so over the radio, and says back what it does.

var mesh = stack.open(132);
var buzzer = saul.get_by_name("buzzer");

mesh.on_receive(function (payload, from) {
    buzzer.write(payload[0] === 1 ? 30 : 0);
    print(from + " says " + payload[0]);
    mesh.send(payload, from);
});
