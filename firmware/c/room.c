/* Light, noise, a button, a lamp and a buzzer. SysTick's interrupt plays the part of a converter that has finished. */
#include "room.h"

#include "air.h"
#include "motebox.h"
#include "os.h"
#include "port.h"
#include "probe.h"

enum { TICKS_HZ = 100, SENSORS = 3 };

const struct os_device os_devices[OS_DEVICES] = {
    {"brightness", MBX_CLASS_SENSE_LIGHT, 0}, {"sound", MBX_CLASS_SENSE_ANALOG, 0}, {"button", MBX_CLASS_SENSE_BTN, 0},
    {"lamp", MBX_CLASS_ACT_SWITCH, 1},        {"buzzer", MBX_CLASS_ACT_DIMMER, 1},
};

/* The room as it is; what the converter found last; what actuators were set to. The button is 1 while it is pressed. */
static volatile int16_t room[SENSORS] = {100, 100, 0}, converted[SENSORS] = {100, 100, 0}, set[OS_DEVICES];
static volatile uint32_t ticks, told, lost;

void room_start(void) { os_ticks_start(TICKS_HZ); }
void room_change(uint16_t device, int16_t value) { room[device] = value; }
int room_is_known(void) {
  for (int device = 0; device < SENSORS; device++)
    if (room[device] != converted[device]) return 0;
  return told == probe_events;
}
int16_t room_sees(uint16_t device) { return set[device]; }
uint32_t room_lost(void) { return lost; }
uint32_t room_ticks(void) { return ticks; }

int os_sense(uint16_t device, int16_t *value) {
  if (device >= SENSORS) return -1;
  *value = converted[device];
  return 0;
}
int os_actuate(uint16_t device, int16_t value) {
  if (device >= OS_DEVICES || !os_devices[device].writable) return -1;
  set[device] = value;
  return 0;
}

void SysTick_Handler(void);
void SysTick_Handler(void) {
  PROBE_INTERRUPT();
  ticks++;
  for (uint16_t device = 0; device < SENSORS; device++) {
    if (room[device] == converted[device]) continue;
    /* A full queue: the next tick tries again. */
    if (port_device_changed(device) != MBX_OK) {
      lost++;
    } else {
      converted[device] = room[device];
      told++;
    }
  }
  if (air_tick()) {
    if (port_received() == MBX_OK) told++;
    else lost++;
  }
  PROBE_INTERRUPT();
}
