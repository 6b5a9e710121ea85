//! The bench: CoAP resources of the simulator itself, on a port of their own. Who watches a demonstration sees here,
//! from the mote's own process, what a person in the room would see, hear and measure.
//!
//! | path | GET | PUT |
//! |---|---|---|
//! | `/bench/{device}` | its value | sets a sensor |
//! | `/bench/flash` | erases, programmed units, erases of each block | |
//! | `/bench/power` | on or off, boots so far, operations before a cut | `cut`, `cut after N`, `restore` |
//! | `/bench/clock` | simulator's time and the mote's counter, in microseconds | |
//! | `/bench/radio` | its channel and power | `energy 11 -60`: so much is on channel 11, dBm |
//! | `/bench/air` | datagrams and bytes that the mote got and sent | |

use std::cell::Cell;
use std::rc::Rc;

use crate::board::{Board, Phydat, Role};
use crate::clock::Clock;
use crate::flash::Flash;
use crate::packet::{Block, Code, Packet, format, option};
use crate::transceiver::Transceiver;

/// What passed between the mote and the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Datagrams the mote got.
    pub received: u64,
    /// Their bytes.
    pub received_bytes: u64,
    /// Datagrams it sent.
    pub sent: u64,
    /// Their bytes.
    pub sent_bytes: u64,
    /// Of those sent, how many went to addresses where nobody is.
    pub lost: u64,
}

/// What the bench looks at; shared with the mote's own loop.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The devices.
    pub board: Board,
    /// The chip, and its supply.
    pub flash: Flash,
    /// The time.
    pub clock: Clock,
    /// Counted by the mote's loop.
    pub traffic: Rc<Cell<Traffic>>,
    /// Boots so far, counted by the mote's loop.
    pub boots: Rc<Cell<u32>>,
    /// The radio chip.
    pub transceiver: Transceiver,
}

const DEFAULT_EXPONENT: u8 = 6;

impl Bench {
    /// Answers a request.
    pub fn answer(&self, request: &Packet, fresh_id: u16) -> Packet {
        let (code, body, content_format) = match self.resource(request) {
            Ok((text, content_format)) => (Code::CONTENT, text, content_format),
            Err((code, line)) => (code, line, format::TEXT),
        };
        let whole = request
            .answer(code, fresh_id)
            .with_uint(option::CONTENT_FORMAT, content_format.into());
        let asked = request.get_block(option::BLOCK2);
        let exponent = asked.map_or(DEFAULT_EXPONENT, |block| block.size_exponent);
        let (number, size) = (
            asked.map_or(0, |block| block.number) as usize,
            16usize << exponent,
        );
        if asked.is_none() && body.len() <= size {
            return whole.with_payload(body.as_bytes());
        }
        let start = (number * size).min(body.len());
        let end = (start + size).min(body.len());
        let block = Block::new(number as u32, end < body.len(), exponent);
        whole
            .with_block(option::BLOCK2, block)
            .with_payload(&body.as_bytes()[start..end])
    }

    fn resource(&self, request: &Packet) -> Result<(String, u16), (Code, String)> {
        let path = request.path();
        let put = match request.code() {
            Code::GET => None,
            Code::PUT => Some(request.text()),
            _ => return Err((Code::METHOD_NOT_ALLOWED, "GET or PUT".into())),
        };
        match (path.as_str(), put) {
            ("/.well-known/core", None) => Ok((self.links(), format::LINKS)),
            ("/bench/power", Some(order)) => self.power(order.trim()).map(|()| (self.power_state(), JSON)),
            ("/bench/power", None) => Ok((self.power_state(), JSON)),
            ("/bench/flash", None) => Ok((self.flash_state(), JSON)),
            ("/bench/clock", None) => Ok((
                format!(
                    "{{\"elapsed_us\":{},\"counter\":{}}}",
                    self.clock.elapsed_us(),
                    self.clock.counter()
                ),
                JSON,
            )),
            ("/bench/air", None) => Ok((self.air(), JSON)),
            ("/bench/radio", Some(order)) => self.radio(order.trim()).map(|()| (self.radio_state(), JSON)),
            ("/bench/radio", None) => Ok((self.radio_state(), JSON)),
            (path, put) => {
                let index = path
                    .strip_prefix("/bench/")
                    .and_then(|name| self.board.find(name));
                let Some(index) = index else {
                    return Err((Code::NOT_FOUND, format!("no {path}")));
                };
                if let Some(text) = put {
                    self.set(index, &text)?;
                }
                let value = self
                    .board
                    .device(index)
                    .map_or_else(String::new, |device| device.value.to_string());
                Ok((value, format::TEXT))
            }
        }
    }

    fn set(&self, index: usize, text: &str) -> Result<(), (Code, String)> {
        let sensor = self
            .board
            .device(index)
            .is_some_and(|device| device.role == Role::Sensor);
        if !sensor {
            return Err((
                Code::METHOD_NOT_ALLOWED,
                "an actuator is read here, scripts write it".into(),
            ));
        }
        let value =
            Phydat::parse(text).ok_or((Code::BAD_REQUEST, "a decimal number such as 850 or -3.5".into()))?;
        self.board.set(index, value);
        Ok(())
    }

    fn power(&self, order: &str) -> Result<(), (Code, String)> {
        match order.strip_prefix("cut after ").map(str::parse) {
            Some(Ok(operations)) => self.flash.cut_after(operations),
            None if order == "cut" => self.flash.cut(),
            None if order == "restore" => self.flash.restore(),
            _ => return Err((Code::BAD_REQUEST, "cut, cut after N, restore".into())),
        }
        Ok(())
    }

    fn power_state(&self) -> String {
        let cut_in = self
            .flash
            .cut_in()
            .map_or("null".to_string(), |operations| operations.to_string());
        format!(
            "{{\"on\":{},\"boots\":{},\"cut_in\":{cut_in}}}",
            self.flash.powered(),
            self.boots.get()
        )
    }

    fn radio(&self, order: &str) -> Result<(), (Code, String)> {
        let numbers = order
            .strip_prefix("energy ")
            .and_then(|numbers| numbers.split_once(' '));
        let parsed =
            numbers.and_then(|(channel, dbm)| Some((channel.parse().ok()?, dbm.trim().parse().ok()?)));
        match parsed {
            Some((channel, dbm)) if self.transceiver.set_energy(channel, dbm) => Ok(()),
            _ => Err((
                Code::BAD_REQUEST,
                "energy CHANNEL DBM, such as energy 11 -60".into(),
            )),
        }
    }

    fn radio_state(&self) -> String {
        format!(
            "{{\"channel\":{},\"power_dbm\":{}}}",
            self.transceiver.channel(),
            self.transceiver.power_dbm()
        )
    }

    fn flash_state(&self) -> String {
        let wear = self.flash.wear();
        let counts: Vec<String> = self.flash.erase_counts().iter().map(u32::to_string).collect();
        format!(
            "{{\"erases\":{},\"programs\":{},\"block_erases\":[{}]}}",
            wear.erases,
            wear.programs,
            counts.join(",")
        )
    }

    fn air(&self) -> String {
        let traffic = self.traffic.get();
        format!(
            "{{\"received\":{},\"received_bytes\":{},\"sent\":{},\"sent_bytes\":{},\"lost\":{}}}",
            traffic.received, traffic.received_bytes, traffic.sent, traffic.sent_bytes, traffic.lost
        )
    }

    fn links(&self) -> String {
        let devices = (0..self.board.len()).filter_map(|index| self.board.device(index));
        let names = devices.map(|device| {
            (
                device.name,
                if device.role == Role::Sensor {
                    "sensor"
                } else {
                    "actuator"
                },
            )
        });
        let own = ["flash", "power", "clock", "air", "radio"].map(|name| (name, "bench"));
        let links: Vec<String> = names
            .chain(own)
            .map(|(name, kind)| format!("</bench/{name}>;rt=\"{kind}\""))
            .collect();
        links.join(",")
    }
}

const JSON: u16 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn bench() -> Bench {
        Bench {
            board: Board::alarm(),
            flash: Flash::in_memory(16_384),
            clock: Clock::at_rest(),
            traffic: Rc::default(),
            boots: Rc::default(),
            transceiver: Transceiver::default(),
        }
    }

    fn get(bench: &Bench, path: &str) -> Packet {
        bench.answer(&Packet::request(Code::GET, path), 0)
    }

    fn put(bench: &Bench, path: &str, body: &str) -> Packet {
        bench.answer(&Packet::request(Code::PUT, path).with_payload(body.as_bytes()), 0)
    }

    #[test]
    fn sensors_are_set_and_actuators_only_read() {
        let bench = bench();
        assert_eq!(put(&bench, "/bench/brightness", "912.5").text(), "912.5");
        assert_eq!(get(&bench, "/bench/brightness").text(), "912.5");
        assert_eq!(put(&bench, "/bench/buzzer", "1").code(), Code::METHOD_NOT_ALLOWED);
        assert_eq!(put(&bench, "/bench/sound", "loud").code(), Code::BAD_REQUEST);
        assert_eq!(get(&bench, "/bench/nothing").code(), Code::NOT_FOUND);
        assert_eq!(
            bench
                .answer(&Packet::request(Code::DELETE, "/bench/sound"), 0)
                .code(),
            Code::METHOD_NOT_ALLOWED
        );
    }

    #[test]
    fn power_is_cut_at_once_or_after_so_many_operations() {
        let bench = bench();
        assert_eq!(
            put(&bench, "/bench/power", "cut after 3").text(),
            r#"{"on":true,"boots":0,"cut_in":3}"#
        );
        assert_eq!(
            put(&bench, "/bench/power", "cut").text(),
            r#"{"on":false,"boots":0,"cut_in":null}"#
        );
        assert!(!bench.flash.powered());
        assert_eq!(
            put(&bench, "/bench/power", "restore").text(),
            r#"{"on":true,"boots":0,"cut_in":null}"#
        );
        assert_eq!(put(&bench, "/bench/power", "cut after").code(), Code::BAD_REQUEST);
        assert_eq!(
            get(&bench, "/bench/power").get_uint(option::CONTENT_FORMAT),
            Some(50)
        );
    }

    #[test]
    fn a_long_body_goes_in_blocks_that_join() {
        let bench = bench();
        let first = get(&bench, "/bench/flash").text();
        let mut joined = String::new();
        for number in 0.. {
            let request = Packet::request(Code::GET, "/bench/flash")
                .with_block(option::BLOCK2, Block::new(number, false, 1));
            let answer = bench.answer(&request, 0);
            joined += &answer.text();
            if !answer.get_block(option::BLOCK2).unwrap().more {
                break;
            }
        }
        assert_eq!(joined, first);
        assert!(joined.starts_with("{\"erases\":0,\"programs\":0,\"block_erases\":[0,0"));
    }

    #[test]
    fn energy_is_put_on_a_channel() {
        let bench = bench();
        let state = r#"{"channel":26,"power_dbm":0}"#;
        assert_eq!(put(&bench, "/bench/radio", "energy 20 -61").text(), state);
        assert_eq!(bench.transceiver.energy_dbm(20), Some(-61));
        for wrong in ["energy 9 -61", "energy 20", "noise 20 -61", ""] {
            assert_eq!(
                put(&bench, "/bench/radio", wrong).code(),
                Code::BAD_REQUEST,
                "{wrong}"
            );
        }
        assert_eq!(get(&bench, "/bench/radio").text(), state);
    }

    #[test]
    fn everything_is_listed() {
        let links = get(&bench(), "/.well-known/core").text();
        for path in [
            "brightness",
            "sound",
            "buzzer",
            "flash",
            "power",
            "clock",
            "air",
            "radio",
        ] {
            assert!(links.contains(&format!("</bench/{path}>")), "{links}");
        }
    }
}
