//! What bytes of anybody must not do. Each target takes bytes, and panics where a property does not hold.

pub mod crime;
pub mod grammar;
pub mod regexp;
pub mod run;

use motebox_coap::msg::Message;
use motebox_envelope::{Form, HeaderReader, Manifest, Sign1};
use motebox_js::{Engine, Library, Mapped, Source, Step, Windowed};
use motebox_store::mock::{Cells, MockFlash};
use motebox_store::{Layout, Store};
use run::How;

/// Most fuel that a script gets, and how far one step may overrun its share.
const FUEL: u32 = 200_000;
const MAX_DEBT: u64 = Engine::MAX_DEBT as u64;

/// Any text as a script: no panic, no run beyond its fuel, and the engine can be used again afterwards. The first byte
/// chooses the arena and whether the text is mapped.
pub fn js_source(bytes: &[u8]) {
    let Some((&choice, text)) = bytes.split_first() else {
        return;
    };
    let mut arena = vec![0u32; 400 + 60 * (choice as usize >> 1)];
    let mut engine = Engine::new(&mut arena, &Library::EMPTY).expect("a large enough arena");
    let (mapped, windowed) = (Mapped(text), Windowed(text));
    let source: &dyn Source = if choice & 1 == 0 { &mapped } else { &windowed };
    engine.load(text.len() as u32).expect("no other job");
    let mut given = 0;
    while given < FUEL {
        let before = engine.fuel_used();
        let step = engine.step(&mut (), source, 1_000);
        assert!(
            engine.fuel_used() - before <= 1_000 + MAX_DEBT,
            "a step overran its fuel"
        );
        if step != Step::OutOfFuel {
            break;
        }
        given += 1_000;
    }
    engine.abort();
    assert!(engine.result().text(&mut [0; 64]).len() <= 64);
    let after = b"var after = 6 * 7; if (after !== 42) throw after;";
    let mut engine = Engine::new(engine.into_arena(), &Library::EMPTY).expect("the same arena");
    engine.load(after.len() as u32).expect("no other job");
    assert_eq!(engine.step(&mut (), &Mapped(after), FUEL), Step::Done);
}

/// A script that the bytes choose: read in another way, interrupted all the time, and while everything moves, it prints the same.
pub fn js_grammar(bytes: &[u8]) {
    const WORDS: usize = 1 << 16;
    let bytes = bytes.get(..300).unwrap_or(bytes);
    let text = grammar::script(bytes);
    let (mapped, windowed) = (Mapped(text.as_bytes()), Windowed(text.as_bytes()));
    let play = |source: &dyn Source, words, slice, stress| {
        // Moving everything is work as well, and paid for.
        let most_fuel = if stress == 0 { 4_000_000 } else { 400_000_000 };
        let how = How {
            words,
            slice,
            stress,
            most_fuel,
        };
        run::run(source, text.len(), &how, None)
    };
    let how = How {
        words: WORDS,
        slice: 1 << 20,
        stress: 0,
        most_fuel: 3_000_000,
    };
    let whole = run::run(&mapped, text.len(), &how, None);
    // Where memory or fuel ends, runs may differ.
    if let Some(whole) = whole.filter(|printed| !printed.contains("RangeError")) {
        // What a script makes of text may be wrong, the script itself not: nobody catches that.
        assert!(!whole.contains("SyntaxError: "), "{whole}\n{text}");
        for (source, slice, stress) in [(&windowed as &dyn Source, 7, 0), (&mapped, 1 << 20, 1)] {
            assert_eq!(
                play(source, WORDS, slice, stress).as_ref(),
                Some(&whole),
                "{text}"
            );
        }
    }
    let small = 500 + 40 * usize::from(bytes.first().copied().unwrap_or(0));
    play(&mapped, small, 500, 0);
}

/// Bytecode with flipped bits: an error or another result, within its fuel. First the number of flips, then three bytes for each,
/// then the bytes that choose a script.
pub fn js_bytecode(bytes: &[u8]) {
    let Some((&count, rest)) = bytes.split_first() else {
        return;
    };
    let (flips, bytes) = rest.split_at(rest.len().min(3 * usize::from(count % 32)));
    let bytes = bytes.get(..100).unwrap_or(bytes);
    let text = grammar::script(bytes).replacen("\nfunction", "\nprint(0);\nfunction", 1);
    let damage = |engine: &mut Engine<'_>| {
        let bytes = engine.code_bytes();
        for flip in flips.chunks_exact(3) {
            let at = usize::from(u16::from_le_bytes([flip[0], flip[1]]));
            engine.flip_code(at % bytes.max(1), flip[2]);
        }
    };
    let how = How {
        words: 6_000,
        slice: 2_000,
        stress: 0,
        most_fuel: 300_000,
    };
    run::run(&Mapped(text.as_bytes()), text.len(), &how, Some(&damage));
}

/// Any bytes as a container in either form: refused, or a header that reads the same when it comes byte by byte, and a
/// manifest that is written again as the very bytes it was read from.
pub fn container(bytes: &[u8]) {
    for form in [Form::Text, Form::Binary] {
        let mut whole = HeaderReader::new(form);
        let at_once = whole.push(bytes);
        let mut piecewise = HeaderReader::new(form);
        let mut last = Ok(motebox_envelope::Progress::More);
        for byte in bytes {
            last = piecewise.push(core::slice::from_ref(byte));
            if !matches!(last, Ok(motebox_envelope::Progress::More)) {
                break;
            }
        }
        assert_eq!(at_once.is_err(), last.is_err(), "pieces make a difference");
        if let (Ok(a), Ok(b)) = (whole.header(), piecewise.header()) {
            assert_eq!(a.sign1_bytes, b.sign1_bytes);
        }
    }
    if let Ok(sign1) = Sign1::parse(bytes) {
        assert!(sign1.signature.len() == 64);
    }
    if let Ok(manifest) = Manifest::parse(bytes) {
        let mut room = [0; 512];
        let len = manifest.encode(&mut room).expect("what was read can be written");
        assert_eq!(room.get(..len), Some(bytes), "two encodings of one manifest");
    }
}

/// Any datagram: refused, or a message whose options and payload can be walked to their end.
pub fn coap(bytes: &[u8]) {
    if let Ok(message) = Message::parse(bytes) {
        let mut most = bytes.len() + 1;
        for option in message.options() {
            assert!(option.value.len() <= bytes.len());
            most -= 1;
            assert!(most > 0, "more options than bytes");
        }
        assert!(message.payload().len() <= bytes.len());
    }
}

/// Any flash: mounting it neither panics nor invents a container that cannot be read.
pub fn store(bytes: &[u8]) {
    const BLOCKS: usize = 48;
    let mut image = vec![0xff; BLOCKS * 256];
    for (to, from) in image.iter_mut().zip(bytes) {
        *to = *from;
    }
    let mut flash = MockFlash::<1, 256>::with_bytes(image, Cells::Plain);
    let layout = Layout {
        manifest_max: 128,
        ..Layout::of::<MockFlash<1, 256>>(0, 512)
    };
    if let Ok(store) = Store::<2>::mount(layout, &mut flash) {
        for pair in 0..2 {
            let _ = store.id(pair);
            assert!(store.offset(pair) <= 512);
        }
    }
}
