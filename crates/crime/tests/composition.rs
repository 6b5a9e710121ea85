//! Composition messages: their bytes, their sizes, ProtoStack's two published examples, and that every mutation of
//! them that should be refused is, with its own error and the offending module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Node, bytes, config, hex};
use motebox_crime::composition::{Item, encode, items};
use motebox_crime::modules::{self, id};
use motebox_crime::{Address, Memory, ModuleSpec, NEVER, Network, Op, StackSpec, Storage, Why};

const fn plain(id: u8) -> ModuleSpec<'static> {
    ModuleSpec::new(id, &[])
}

/// ProtoStack's first example, with its parameters: channel, broadcast, unicast, app.
const UNICAST: [ModuleSpec<'static>; 4] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 146)]),
    ModuleSpec::new(id::BROADCAST, &[(0, 1)]),
    ModuleSpec::new(id::UNICAST, &[(0, 2)]),
    plain(id::APP),
];

/// ProtoStack's second example, with all the parameters that it gives: a mesh of three channels.
const DATA: [ModuleSpec<'static>; 6] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 132)]),
    plain(id::BROADCAST),
    plain(id::UNICAST),
    ModuleSpec::new(id::MULTIHOP, &[(1, 4)]),
    ModuleSpec::new(id::MESH, &[(0, 8), (1, 60)]),
    plain(id::APP),
];
const REQUESTS: [ModuleSpec<'static>; 5] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 133)]),
    plain(id::BROADCAST),
    ModuleSpec::new(id::POLITE, &[(0, 2000), (1, 4), (2, 1)]),
    ModuleSpec::new(id::NETFLOOD, &[(0, 16)]),
    ModuleSpec::new(id::ROUTE_DISCOVERY, &[(0, 10_000)]),
];
const REPLIES: [ModuleSpec<'static>; 3] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 134)]),
    plain(id::BROADCAST),
    plain(id::UNICAST),
];
const MESH: [StackSpec<'static>; 3] = [
    StackSpec::new(&DATA),
    StackSpec::merged(&REQUESTS, 4),
    StackSpec::merged(&REPLIES, 10),
];

fn message(stacks: &[StackSpec<'_>]) -> Vec<u8> {
    let mut out = [0; 512];
    let len = encode(stacks, &mut out).unwrap();
    out[..len].to_vec()
}

/// Takes a message in a node that has a stack already; when it is refused, that stack must still work.
fn outcome(message: &[u8]) -> Result<(), (u8, Why)> {
    let old = [
        ModuleSpec::new(id::CHANNEL, &[(0, 129)]),
        plain(id::BROADCAST),
        plain(id::APP),
    ];
    let mut node = Node::new(1, &[StackSpec::new(&old)]);
    let checked = node.0.check_message(0, message).map(|_| ());
    let composed = node.0.compose_message(0, message);
    assert_eq!(checked, composed);
    if composed.is_err() {
        node.send(0, 129, 0, b"A");
        assert_eq!(node.frames(0), ["8100010041"]);
        assert_eq!(node.0.poll(0), NEVER);
    }
    composed.map_err(|refused| (refused.module, refused.why))
}

fn refused(stacks: &[StackSpec<'_>]) -> (u8, Why) {
    outcome(&message(stacks)).unwrap_err()
}

#[test]
fn the_published_examples_are_small_and_accepted() {
    let unicast = message(&[StackSpec::new(&UNICAST)]);
    assert_eq!(hex(&unicast), "820185f68201a10018928203a100018204a1000205");
    assert!(unicast.len() <= 34);
    assert_eq!(outcome(&unicast), Ok(()));

    let mesh = message(&MESH);
    assert!(mesh.len() <= 160, "{}", mesh.len());
    println!("unicast {} bytes, mesh {} bytes", unicast.len(), mesh.len());
    assert_eq!(outcome(&mesh), Ok(()));
}

#[test]
fn a_message_does_what_it_says() {
    let mut node = Node::with(config(1));
    node.0
        .compose_message(0, &bytes("820185f68201a10018928203a100018204a1000205"))
        .unwrap();
    node.0.send(0, 146, Address::NONE, b"Hello\0").unwrap();
    assert_eq!(node.frames(0), ["92000200010048656c6c6f00"]);
    // A trigger: broadcast again every second, twice.
    let stubborn = [
        ModuleSpec::new(id::CHANNEL, &[(0, 148)]),
        plain(id::BROADCAST).triggered(1000, 2),
        plain(id::APP),
    ];
    let stubborn = message(&[StackSpec::new(&stubborn)]);
    assert_eq!(hex(&stubborn), "820184f68201a10018948403a01903e80205");
    node.0.compose_message(0, &stubborn).unwrap();
    node.send(0, 148, 0, b"A");
    assert_eq!(
        node.run(9_000_000).iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        [0, 1_000_000, 2_000_000]
    );
}

#[test]
fn items_read_back_what_was_written() {
    let stacks = [StackSpec::merged(&UNICAST, 4)];
    let message = message(&stacks);
    let mut read: Vec<Item> = Vec::new();
    items(&message, |item| read.push(item)).unwrap();
    assert_eq!(
        read[..4],
        [
            Item::Stack { parent: Some(4) },
            Item::Module { id: 1 },
            Item::Param { index: 0, value: 146 },
            Item::Module { id: 3 },
        ]
    );
    // Parameters are written in order, whatever order they are given in; twice is refused.
    let mut out = [0; 64];
    let unordered = [ModuleSpec::new(id::POLITE, &[(2, 1), (0, 7), (1, 3)])];
    let len = encode(&[StackSpec::new(&unordered)], &mut out).unwrap();
    assert_eq!(hex(&out[..len]), "820182f68207a3000701030201");
    let twice = [ModuleSpec::new(id::POLITE, &[(2, 1), (2, 7)])];
    assert_eq!(encode(&[StackSpec::new(&twice)], &mut out), None);
    assert_eq!(encode(&MESH, &mut out[..20]), None);
}

#[test]
fn there_is_one_encoding_only() {
    let cases: &[(&str, u8, Why)] = &[
        ("", 0, Why::Truncated(0)),
        ("8201", 0, Why::Truncated(2)),
        ("820184f6", 0, Why::Truncated(4)),
        ("820184f601030500", 3, Why::Trailing(7)),
        ("820284f6010305", 0, Why::Version(2)),
        ("80", 0, Why::Type(0)),
        ("a101f6", 0, Why::Type(0)),
        ("8261", 0, Why::Type(1)),
        // Long forms, of every width; indefinite lengths; 64 bits; reserved.
        ("98020184f6010305", 0, Why::Encoding(0)),
        ("82180184f6010305", 0, Why::Encoding(1)),
        ("820184f6180103", 0, Why::Encoding(4)),
        ("820184f61900ff03", 0, Why::Encoding(4)),
        ("820184f61a0000ffff03", 0, Why::Encoding(4)),
        ("820184f61b00000000000000010305", 0, Why::Encoding(4)),
        ("82019ff6010305ff", 0, Why::Encoding(2)),
        ("820184f61c", 0, Why::Encoding(4)),
        // A module without parameters and trigger is its id.
        ("820184f68201a00305", 0, Why::Encoding(4)),
        // Types.
        ("820101", 0, Why::Type(2)),
        ("820180", 0, Why::Type(2)),
        ("820184f5010305", 0, Why::Type(3)),
        ("820184f6200305", 0, Why::Type(4)),
        ("820184f68301a100050305", 0, Why::Type(4)),
        ("820184f6820181000305", 0, Why::Type(6)),
        ("820184f68201a12000", 0, Why::Type(7)),
        ("820184f68201a10041", 0, Why::Type(8)),
        ("820184f60184034041", 1, Why::Type(7)),
        // Keys.
        ("820184f6018207a201010102", 1, Why::KeyOrder(10)),
        ("820184f6018207a201010002", 1, Why::KeyOrder(10)),
    ];
    for (message, module, why) in cases {
        assert_eq!(outcome(&bytes(message)), Err((*module, *why)), "{message}");
    }
    assert_eq!(outcome(&bytes("820184f6010305")), Ok(()));
}

#[test]
fn every_cut_and_every_longer_message_is_refused() {
    let mesh = message(&MESH);
    for len in 0..mesh.len() {
        assert!(
            matches!(outcome(&mesh[..len]), Err((_, Why::Truncated(_)))),
            "{len}"
        );
    }
    let mut longer = mesh.clone();
    longer.push(0);
    assert_eq!(outcome(&longer), Err((14, Why::Trailing(mesh.len() as u32))));
}

#[test]
fn a_byte_changed_never_panics_and_never_half_composes() {
    for original in [message(&[StackSpec::new(&UNICAST)]), message(&MESH)] {
        for at in 0..original.len() {
            for value in 0..=255 {
                let mut changed = original.clone();
                changed[at] = value;
                let _ = outcome(&changed);
            }
        }
    }
}

/// The mesh with one of its modules exchanged.
fn mesh_with(at: usize, module: ModuleSpec<'static>) -> (u8, Why) {
    let (mut data, mut requests, mut replies) = (DATA, REQUESTS, REPLIES);
    match at {
        0..6 => data[at] = module,
        6..11 => requests[at - 6] = module,
        _ => replies[at - 11] = module,
    }
    refused(&[
        StackSpec::new(&data),
        StackSpec::merged(&requests, 4),
        StackSpec::merged(&replies, 10),
    ])
}

#[test]
fn unknown_modules_and_parameters() {
    for at in 0..14 {
        assert_eq!(mesh_with(at, plain(191)), (at as u8, Why::UnknownModule(191)));
    }
    assert_eq!(
        mesh_with(3, ModuleSpec::new(id::MULTIHOP, &[(3, 0)])),
        (3, Why::UnknownParameter(3))
    );
    assert_eq!(
        mesh_with(13, ModuleSpec::new(id::UNICAST, &[(0, 1), (200, 0)])),
        (13, Why::UnknownParameter(200))
    );
}

#[test]
fn every_parameter_of_every_module_has_its_range() {
    for doc in modules::DOCS {
        for (index, param) in doc.descriptor.params.iter().enumerate() {
            assert!(
                param.min <= param.default && param.default <= param.max,
                "{} {index}",
                doc.name
            );
            for value in [param.min.checked_sub(1), param.max.checked_add(1)]
                .into_iter()
                .flatten()
            {
                let params = [(index as u8, value)];
                let stack = [
                    ModuleSpec::new(id::CHANNEL, &[(0, 7)]),
                    ModuleSpec::new(doc.descriptor.id, &params),
                ];
                assert_eq!(refused(&[StackSpec::new(&stack)]), (1, Why::OutOfRange(value)));
            }
        }
    }
    assert_eq!(
        mesh_with(1, plain(id::BROADCAST).triggered(0, 1)),
        (1, Why::OutOfRange(0))
    );
    let times = "820184f6018403a0011a000100000 5".replace(' ', "");
    assert_eq!(outcome(&bytes(&times)), Err((1, Why::OutOfRange(65_536))));
}

#[test]
fn neighbours_must_fit() {
    // Two modules of the first example the wrong way round, left out, or doubled.
    let [channel, broadcast, unicast, app] = UNICAST;
    let one = |modules: &[ModuleSpec<'static>]| refused(&[StackSpec::new(modules)]);
    assert_eq!(one(&[channel, unicast, broadcast, app]), (1, Why::Interface));
    assert_eq!(one(&[channel, unicast, app]), (1, Why::Interface));
    assert_eq!(one(&[channel, broadcast, broadcast, app]), (2, Why::Interface));
    assert_eq!(
        one(&[channel, broadcast, unicast, unicast, app]),
        (3, Why::Interface)
    );
    assert_eq!(one(&[channel, channel, broadcast, app]), (1, Why::Interface));
    assert_eq!(one(&[channel, app, broadcast, unicast]), (2, Why::Interface));
    assert_eq!(one(&[channel, broadcast, unicast, app, app]), (4, Why::Interface));
    // No channel.
    assert_eq!(one(&[broadcast, unicast, app]), (0, Why::NoChannel));
    assert_eq!(one(&[app]), (0, Why::NoChannel));
    assert_eq!(one(&[]), (0, Why::Empty));
    // A top that is no application.
    assert_eq!(one(&[channel]), (0, Why::OpenTop));
    assert_eq!(one(&[channel, broadcast, unicast]), (2, Why::OpenTop));
    // Of the second example: an application over what only relays, and what is left without its neighbours.
    assert_eq!(mesh_with(4, plain(id::MULTIHOP)), (4, Why::Interface));
    assert_eq!(mesh_with(2, plain(id::POLITE)), (3, Why::Interface));
    assert_eq!(mesh_with(9, plain(id::POLITE)), (10, Why::Interface));
}

#[test]
fn no_singlehop_over_multihop() {
    // What only looks on fits every interface, and yet does not belong above a mesh.
    let (data, requests, replies) = (DATA, REQUESTS, REPLIES);
    let [c, b, u, m, mesh, app] = data;
    let odd = [c, b, u, m, mesh, plain(id::LINK_STATS), app];
    let stacks = [
        StackSpec::new(&odd),
        StackSpec::merged(&requests, 4),
        StackSpec::merged(&replies, 11),
    ];
    assert_eq!(refused(&stacks), (5, Why::Scope));
    let even = [c, b, plain(id::LINK_STATS), u, m, mesh, app];
    let stacks = [
        StackSpec::new(&even),
        StackSpec::merged(&requests, 5),
        StackSpec::merged(&replies, 11),
    ];
    assert_eq!(outcome(&message(&stacks)), Ok(()));
}

#[test]
fn channels_differ() {
    assert_eq!(
        mesh_with(6, ModuleSpec::new(id::CHANNEL, &[(0, 132)])),
        (6, Why::ChannelTaken(132))
    );
    assert_eq!(
        mesh_with(11, ModuleSpec::new(id::CHANNEL, &[(0, 133)])),
        (11, Why::ChannelTaken(133))
    );
    assert_eq!(
        mesh_with(11, ModuleSpec::new(id::CHANNEL, &[(0, 0x1_0000)])),
        (11, Why::OutOfRange(0x1_0000))
    );
}

#[test]
fn merges_lead_somewhere_that_fits() {
    let stacks = |requests, replies| {
        refused(&[
            StackSpec::new(&DATA),
            StackSpec {
                modules: &REQUESTS,
                parent: requests,
            },
            StackSpec {
                modules: &REPLIES,
                parent: replies,
            },
        ])
    };
    assert_eq!(stacks(None, Some(10)), (10, Why::OpenTop));
    assert_eq!(stacks(Some(14), Some(10)), (10, Why::NoParent(14)));
    assert_eq!(stacks(Some(200), Some(10)), (10, Why::NoParent(200)));
    for parent in [0, 1, 2, 3, 5] {
        assert_eq!(
            stacks(Some(parent), Some(10)),
            (10, Why::MergeInterface),
            "{parent}"
        );
    }
    // Requests into replies into requests; and into themselves.
    for parent in [13, 11, 8, 10] {
        assert_eq!(stacks(Some(parent), Some(10)), (10, Why::Cycle), "{parent}");
    }
    // Replies elsewhere.
    assert_eq!(stacks(Some(4), Some(4)), (13, Why::MergeInterface));
    assert_eq!(stacks(Some(4), Some(13)), (13, Why::Cycle));
    // Somebody is left without what he needs.
    assert_eq!(refused(&[StackSpec::new(&DATA)]), (4, Why::NothingMerged));
    assert_eq!(refused(&MESH[..2]), (10, Why::NothingMerged));
    // Numbers that no module of any memory has, as they stand in the message; of several the first.
    for parent in [126_u32, 127, 128, 253, 254, 255, 256, 65_536, u32::MAX] {
        let number = match parent {
            0..24 => format!("{parent:02x}"),
            24..256 => format!("18{parent:02x}"),
            256..65_536 => format!("19{parent:04x}"),
            _ => format!("1a{parent:08x}"),
        };
        let lost = format!("8301 83 {number} 8201a10007 03 83 1a00123456 01 03").replace(' ', "");
        assert_eq!(
            outcome(&bytes(&lost)),
            Err((1, Why::NoParent(parent))),
            "{parent}"
        );
        // A stack before it leads there, over the stack that leads nowhere: what is wrong is where that one leads.
        let over = format!("8301 83 03 8201a10007 03 83 {number} 01 03").replace(' ', "");
        assert_eq!(outcome(&bytes(&over)), Err((1, Why::MergeInterface)), "{parent}");
    }
    // An application is no stack to merge.
    let stacks = [
        StackSpec::new(&DATA),
        StackSpec::merged(&UNICAST, 4),
        StackSpec::merged(&REPLIES, 10),
    ];
    assert_eq!(refused(&stacks).1, Why::MergeInterface);
}

#[test]
fn memory_adds_up() {
    let mesh = message(&MESH);
    let mut room = Storage::<6, 28, 200, 8>::new();
    let mut network = Network::new(room.memory(), modules::REGISTRY, config(1));
    let cost = network.check_message(0, &mesh).unwrap();
    assert_eq!((cost.stacks, cost.modules), (3, 14));
    println!("mesh: {cost:?} {} bytes", cost.ram_bytes());
    let why = |stacks: usize, modules: usize, words: usize, slots: usize| {
        let mut room = Storage::<8, 40, 600, 12>::new();
        let Memory {
            stacks: s,
            modules: m,
            words: w,
            slots: p,
        } = room.memory();
        let memory = Memory {
            stacks: &mut s[..stacks],
            modules: &mut m[..modules],
            words: &mut w[..words],
            slots: &mut p[..slots],
        };
        let mut network = Network::new(memory, modules::REGISTRY, config(1));
        let first = network.compose_message(0, &mesh).map_err(|refused| refused.why);
        // Once more, beside the first.
        first.and_then(|()| network.compose_message(1, &mesh).map_err(|refused| refused.why))
    };
    let (words, slots) = (usize::from(cost.words), usize::from(cost.slots));
    assert_eq!(why(6, 28, 2 * words, slots), Ok(()));
    assert_eq!(why(5, 28, 2 * words, slots), Err(Why::Stacks(3)));
    assert_eq!(why(6, 27, 2 * words, slots), Err(Why::Modules(14)));
    assert_eq!(why(6, 28, 2 * words - 1, slots), Err(Why::Words(words as u32)));
    assert_eq!(why(6, 28, 2 * words, slots - 1), Err(Why::Slots(slots as u32)));
    // A table that no memory holds.
    let mut data = DATA;
    data[4] = ModuleSpec::new(id::MESH, &[(0, 64)]);
    let large = message(&[StackSpec::new(&data), MESH[1], MESH[2]]);
    assert!(matches!(
        network.compose_message(0, &large).unwrap_err().why,
        Why::Words(_)
    ));
}

#[test]
fn an_exchange_drains_and_stops_every_timer() {
    let mut node = Node::new(1, &MESH);
    // A packet waits for a route.
    node.send(0, 132, 9, b"A");
    assert_eq!(node.frames(0).len(), 1);
    let unicast = message(&[StackSpec::new(&UNICAST)]);
    node.0.compose_message(1_000_000, &unicast).unwrap();
    assert_eq!(node.0.poll(1_000_000), 3_000_000);
    // The route comes in time: the old stack still sends what waited.
    node.hear(2_000_000, "860001000200000001000900");
    assert_eq!(
        node.frames(2_000_000),
        ["84000100090008100008 0041".replace(' ', "")]
    );
    assert_eq!(node.0.poll(2_000_000), NEVER);
    node.hear(2_000_000, "860001000200000001000900");
    assert_eq!(node.frames(2_000_000), [""; 0]);

    // And when nothing comes, two seconds end it: the timer of 10 s is off.
    node.compose(20_000_000, &MESH).unwrap();
    node.0.poll(20_000_000);
    node.send(20_000_000, 132, 9, b"A");
    node.frames(20_000_000);
    node.events();
    node.0.compose_message(21_000_000, &unicast).unwrap();
    assert_eq!(node.run(60_000_000), []);
    assert_eq!(node.0.poll(60_000_000), NEVER);
    assert_eq!(node.events(), []);
    node.send(60_000_000, 146, 2, b"B");
    assert_eq!(node.frames(60_000_000).len(), 1);
    assert_eq!(node.events(), [(Op::Sent, vec![])]);
}
